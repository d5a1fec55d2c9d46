import { Text, Title } from "@mantine/core";
import classes from "./EmptyWall.module.css";

/** An empty frame on the wall, and what would fill it. */
export const EmptyWall = ({ title, hint }: { title: string; hint: string }) => (
    <div className={classes.wall}>
        <svg className={classes.frame} viewBox="0 0 200 150" aria-hidden="true">
            <rect className={classes.mat} x="1" y="1" width="198" height="148" />
            <rect className={classes.paper} x="24" y="22" width="152" height="106" />
            <path className={classes.far} d="M24 96c24-26 38-34 54-14 16-30 34-40 56-8 14-14 26-12 42 6v48H24z" />
            <path className={classes.near} d="M24 112c30-16 60-10 84-2 26 8 48 4 68-8v26H24z" />
            <circle className={classes.sun} cx="142" cy="48" r="8" />
        </svg>
        <Title order={2} size="h3">
            {title}
        </Title>
        <Text c="dimmed" maw="32rem">
            {hint}
        </Text>
    </div>
);

import { Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { Parameters } from "../api";
import { useSpeech } from "../language/language";
import classes from "./MountedPicture.module.css";

type MountedPictureProps = { url: string; parameters: Parameters; onOpen: () => void };

/** A picture in its mat, to be looked at closer. */
export function MountedPicture({ url, parameters, onOpen }: MountedPictureProps) {
    const { text } = useSpeech();
    const [isGone, setGone] = useState(false);
    const { prompt, width, height } = parameters;
    if (isGone) {
        return (
            <div className={classes.mat} style={{ aspectRatio: `${width} / ${height}` }}>
                <Text size="sm" c="dimmed" className={classes.gone}>
                    {text.job.gone}
                </Text>
            </div>
        );
    }
    return (
        <UnstyledButton className={classes.mat} aria-label={text.picture.open(prompt)} onClick={onOpen}>
            <img
                src={url}
                alt={prompt}
                width={width}
                height={height}
                loading="lazy"
                decoding="async"
                onError={() => setGone(true)}
            />
        </UnstyledButton>
    );
}

import { Button, Text, UnstyledButton } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Enlargement, Parameters } from "../api";
import { useSpeech } from "../language/language";
import { promptOf } from "./infotext";
import classes from "./MountedPicture.module.css";

type MountedPictureProps = {
    url: string;
    parameters: Parameters | Enlargement;
    onOpen: () => void;
};

/** A picture that does not come is asked for again after these. */
const PAUSES_MILLIS = [1_000, 4_000];

/** A picture in its mat, to be looked at closer. */
export function MountedPicture({ url, parameters, onOpen }: MountedPictureProps) {
    const { text } = useSpeech();
    const [failures, setFailures] = useState(0);
    const [attempt, setAttempt] = useState(0);
    const { width, height } = parameters;
    const prompt = promptOf(parameters);
    const isGone = failures > PAUSES_MILLIS.length;

    useEffect(() => {
        const pause = PAUSES_MILLIS[failures - 1];
        const retry = pause && window.setTimeout(() => setAttempt(failures), pause);
        return () => window.clearTimeout(retry);
    }, [failures]);

    if (isGone) {
        return (
            <div className={classes.mat} style={{ aspectRatio: `${width} / ${height}` }}>
                <div className={classes.gone}>
                    <Text size="sm" c="dimmed">
                        {text.job.gone}
                    </Text>
                    <Button size="compact-sm" variant="default" onClick={() => setFailures(0)}>
                        {text.problem.retry}
                    </Button>
                </div>
            </div>
        );
    }
    return (
        <UnstyledButton className={classes.mat} aria-label={text.picture.open(prompt)} onClick={onOpen}>
            <img
                key={attempt}
                src={url}
                alt={prompt}
                width={width}
                height={height}
                loading="lazy"
                decoding="async"
                onError={() => setFailures((before) => before + 1)}
            />
        </UnstyledButton>
    );
}

import { ActionIcon, Progress, Text, Tooltip } from "@mantine/core";
import type { CSSProperties } from "react";
import type { Enlargement, JobImage, Parameters } from "../api";
import { DownloadIcon } from "../icons";
import type { Dictionary } from "../language/en";
import { useSpeech } from "../language/language";
import { CopyButton } from "../picture/CopyButton";
import { fileNameOf } from "../picture/infotext";
import { MountedPicture } from "../picture/MountedPicture";
import { Preview } from "./Preview";
import classes from "./Canvas.module.css";

type CanvasProps = {
    image: JobImage;
    parameters: Parameters | Enlargement;
    onOpen: () => void;
};

/** One image of a job: a washed canvas with its progress, then the picture, or why there is none. */
export function Canvas({ image, parameters, onOpen }: CanvasProps) {
    const { text } = useSpeech();
    const { width, height } = parameters;
    const shape = { "--width": width, "--height": height } as CSSProperties;
    return (
        <figure className={classes.canvas} style={shape}>
            {image.picture !== null ? (
                <MountedPicture url={image.picture} parameters={parameters} onOpen={onOpen} />
            ) : (
                <div className={classes.blank} data-state={image.state}>
                    {image.preview !== null && <Preview base64={image.preview} />}
                    {image.state === "FAILED" ? (
                        <div className={classes.failure} role="alert">
                            <strong>{text.job.failed}</strong>
                            <span>{image.reason}</span>
                        </div>
                    ) : (
                        <Text className={classes.state}>{stateOf(image, text)}</Text>
                    )}
                    {image.state === "STARTED" && (
                        <Progress
                            className={classes.progress}
                            size="xs"
                            radius={0}
                            value={(100 * image.step) / Math.max(1, image.steps)}
                            aria-label={stateOf(image, text)}
                        />
                    )}
                </div>
            )}
            {image.picture !== null && (
                <Caption url={image.picture} parameters={parameters} />
            )}
        </figure>
    );
}

function stateOf(image: JobImage, text: Dictionary): string {
    if (image.state === "ACCEPTED") {
        return text.job.waiting;
    }
    if (image.state !== "STARTED") {
        return text.job.states[image.state];
    }
    if (image.step === 0) {
        return text.job.starting;
    }
    return image.step < image.steps ? text.job.step(image.step, image.steps) : text.job.finishing;
}

function Caption({ url, parameters }: { url: string; parameters: Parameters | Enlargement }) {
    const { text } = useSpeech();
    return (
        <figcaption className={classes.caption}>
            {parameters.type === undefined ? (
                <CopyButton
                    what={String(parameters.seed)}
                    label={text.picture.copySeed}
                    shown={`${text.create.seed} ${parameters.seed}`}
                />
            ) : (
                <span>{parameters.upscaler.name}</span>
            )}
            <Tooltip label={text.picture.download}>
                <ActionIcon
                    component="a"
                    href={url}
                    download={fileNameOf(parameters)}
                    variant="subtle"
                    color="gray"
                    aria-label={text.picture.download}
                >
                    <DownloadIcon />
                </ActionIcon>
            </Tooltip>
        </figcaption>
    );
}

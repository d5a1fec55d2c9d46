import { ActionIcon, Button, Modal, Text } from "@mantine/core";
import type { KeyboardEvent } from "react";
import type { Parameters } from "../api";
import { CloseIcon, DownloadIcon, LeftIcon, RightIcon } from "../icons";
import { useSpeech } from "../language/language";
import { CopyButton } from "./CopyButton";
import { fileNameOf, modelHash, modelName } from "./infotext";
import classes from "./PictureDetail.module.css";

export type Picture = {
    url: string;
    parameters: Parameters;
    infotext: string;
    finishedAt?: string;
};

type PictureDetailProps = {
    pictures: Picture[];
    /** The url of the one that is looked at; null is none. */
    opened: string | null;
    onOpen: (url: string | null) => void;
    onReuse: (parameters: Parameters) => void;
    onBegin: (picture: Picture) => void;
};

/** A picture as large as the window allows, with everything that made it. */
export function PictureDetail(props: PictureDetailProps) {
    const { pictures, opened, onOpen, onReuse, onBegin } = props;
    const { text } = useSpeech();
    const place = pictures.findIndex(({ url }) => url === opened);
    const picture = pictures[place];
    const turn = (by: number) => {
        const next = pictures[place + by];
        if (next !== undefined) {
            onOpen(next.url);
        }
    };

    function turnByKey(event: KeyboardEvent) {
        if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
            turn(event.key === "ArrowLeft" ? -1 : 1);
        }
    }

    return (
        <Modal.Root
            opened={picture !== undefined}
            onClose={() => onOpen(null)}
            onKeyDown={turnByKey}
            size="auto"
            padding={0}
            centered
            classNames={{ content: classes.content }}
        >
            <Modal.Overlay backgroundOpacity={0.72} color="#14110e" />
            <Modal.Content aria-label={text.picture.open(picture?.parameters.prompt ?? "")}>
                {picture && (
                    <div className={classes.detail}>
                        <div className={classes.view}>
                            <img
                                src={picture.url}
                                alt={picture.parameters.prompt}
                                width={picture.parameters.width}
                                height={picture.parameters.height}
                            />
                            {pictures.length > 1 && (
                                <div className={classes.turning}>
                                    <ActionIcon
                                        variant="default"
                                        size="lg"
                                        radius="xl"
                                        aria-label={text.picture.previous}
                                        disabled={place === 0}
                                        onClick={() => turn(-1)}
                                    >
                                        <LeftIcon />
                                    </ActionIcon>
                                    <ActionIcon
                                        variant="default"
                                        size="lg"
                                        radius="xl"
                                        aria-label={text.picture.next}
                                        disabled={place === pictures.length - 1}
                                        onClick={() => turn(1)}
                                    >
                                        <RightIcon />
                                    </ActionIcon>
                                </div>
                            )}
                        </div>
                        <Label picture={picture} onReuse={onReuse} onBegin={onBegin} />
                        <ActionIcon
                            className={classes.close}
                            variant="default"
                            size="lg"
                            radius="xl"
                            aria-label={text.picture.close}
                            onClick={() => onOpen(null)}
                        >
                            <CloseIcon />
                        </ActionIcon>
                    </div>
                )}
            </Modal.Content>
        </Modal.Root>
    );
}

type LabelProps = Pick<PictureDetailProps, "onReuse" | "onBegin"> & { picture: Picture };

function Label({ picture, onReuse, onBegin }: LabelProps) {
    const { text } = useSpeech();
    const { parameters } = picture;
    return (
        <div className={classes.label}>
            <Text className={classes.prompt}>{parameters.prompt || text.job.noPrompt}</Text>
            <ParameterList picture={picture} />
            <div className={classes.actions}>
                <Button
                    component="a"
                    href={picture.url}
                    download={fileNameOf(parameters)}
                    leftSection={<DownloadIcon />}
                >
                    {text.picture.download}
                </Button>
                <Button variant="default" onClick={() => onReuse(parameters)}>
                    {text.picture.reuse}
                </Button>
                <Button variant="default" onClick={() => onBegin(picture)}>
                    {text.picture.begin}
                </Button>
                <div className={classes.copies}>
                    <CopyButton what={String(parameters.seed)} label={text.picture.copySeed} />
                    <CopyButton what={picture.infotext} label={text.picture.copyParameters} />
                </div>
            </div>
        </div>
    );
}

function ParameterList({ picture }: { picture: Picture }) {
    const { text, formats } = useSpeech();
    const { parameters, finishedAt } = picture;
    const rows: [string, string][] = [
        [text.create.negativePrompt, parameters.negativePrompt],
        [text.create.seed, String(parameters.seed)],
        [text.picture.size, formats.size(parameters.width, parameters.height)],
        [text.create.steps, String(parameters.steps)],
        [text.create.sampler, parameters.sampler],
        [text.create.scheduler, parameters.scheduler],
        [text.create.cfgScale, String(parameters.cfgScale)],
        [text.start.strength, parameters.start ? String(parameters.start.strength) : ""],
        [text.create.model, modelName(parameters.model.file)],
        [text.picture.hash, modelHash(parameters.model.sha256)],
        [text.picture.random, parameters.rng],
        [text.picture.painted, finishedAt ? formats.dateTime(finishedAt) : ""],
    ];
    return (
        <dl className={classes.parameters}>
            {rows
                .filter(([, value]) => value !== "")
                .map(([name, value]) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    </div>
                ))}
        </dl>
    );
}

import { ActionIcon, Button, Modal, Text } from "@mantine/core";
import type { KeyboardEvent } from "react";
import type { Enlargement, Job, Parameters } from "../api";
import { CloseIcon, DownloadIcon, LeftIcon, RightIcon } from "../icons";
import type { Dictionary } from "../language/en";
import { useSpeech } from "../language/language";
import { CopyButton } from "./CopyButton";
import { EnlargeButton } from "./EnlargeButton";
import { fileNameOf, modelHash, modelName, promptOf } from "./infotext";
import classes from "./PictureDetail.module.css";

export type Picture = {
    url: string;
    parameters: Parameters | Enlargement;
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
    onJob: (job: Job) => void;
};

/** A picture as large as the window allows, with everything that made it. */
export function PictureDetail(props: PictureDetailProps) {
    const { pictures, opened, onOpen, onReuse, onBegin, onJob } = props;
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
            <Modal.Content aria-label={text.picture.open(picture ? promptOf(picture.parameters) : "")}>
                {picture && (
                    <div className={classes.detail}>
                        <div className={classes.view}>
                            <img
                                src={picture.url}
                                alt={promptOf(picture.parameters)}
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
                        <Label
                            picture={picture}
                            onReuse={onReuse}
                            onBegin={onBegin}
                            onJob={onJob}
                        />
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

type LabelProps = Pick<PictureDetailProps, "onReuse" | "onBegin" | "onJob"> & { picture: Picture };

function Label({ picture, onReuse, onBegin, onJob }: LabelProps) {
    const { text } = useSpeech();
    const { parameters } = picture;
    return (
        <div className={classes.label}>
            <Text className={classes.prompt}>{promptOf(parameters) || text.job.noPrompt}</Text>
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
                {parameters.type === undefined && (
                    <Button variant="default" onClick={() => onReuse(parameters)}>
                        {text.picture.reuse}
                    </Button>
                )}
                <Button variant="default" onClick={() => onBegin(picture)}>
                    {text.picture.begin}
                </Button>
                <EnlargeButton picture={picture} onJob={onJob} />
                <div className={classes.copies}>
                    {parameters.type === undefined && (
                        <CopyButton what={String(parameters.seed)} label={text.picture.copySeed} />
                    )}
                    <CopyButton what={picture.infotext} label={text.picture.copyParameters} />
                </div>
            </div>
        </div>
    );
}

function ParameterList({ picture }: { picture: Picture }) {
    const { text, formats } = useSpeech();
    const { parameters, finishedAt } = picture;
    const painted = finishedAt ? formats.dateTime(finishedAt) : "";
    const size = formats.size(parameters.width, parameters.height);
    const rows: [string, string][] =
        parameters.type === undefined
            ? paintedRows(parameters, size, text)
            : [
                  [text.picture.size, size],
                  [text.picture.enlarged(String(parameters.scale)), parameters.upscaler.name],
              ];
    return (
        <dl className={classes.parameters}>
            {[...rows, [text.picture.painted, painted]]
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

const paintedRows = (parameters: Parameters, size: string, text: Dictionary): [string, string][] => [
    [text.create.negativePrompt, parameters.negativePrompt],
    [text.create.seed, String(parameters.seed)],
    [text.picture.size, size],
    [text.create.steps, String(parameters.steps)],
    [text.create.sampler, parameters.sampler],
    [text.create.scheduler, parameters.scheduler],
    [text.create.cfgScale, String(parameters.cfgScale)],
    [
        text.advanced.hires,
        parameters.hires ? `${parameters.hires.upscaler} ${sizeOrScale(parameters.hires)}` : "",
    ],
    [text.start.strength, parameters.start ? String(parameters.start.strength) : ""],
    [text.create.model, modelName(parameters.model.file)],
    [text.picture.hash, modelHash(parameters.model.sha256)],
    [text.picture.random, parameters.rng],
];

const sizeOrScale = ({ scale, width, height }: NonNullable<Parameters["hires"]>) =>
    scale === 0 ? `${width} × ${height}` : `${scale}×`;

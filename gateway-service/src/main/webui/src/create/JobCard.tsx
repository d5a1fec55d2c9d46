import { ActionIcon, Badge, Button, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { cancelJob, type Job, type Parameters, Problem } from "../api";
import { Notice } from "../frame/Notice";
import { CloseIcon } from "../icons";
import { useSpeech } from "../language/language";
import { modelName, promptOf } from "../picture/infotext";
import { type Picture, PictureDetail } from "../picture/PictureDetail";
import { sentenceOf } from "../problem";
import { Canvas } from "./Canvas";
import classes from "./JobCard.module.css";
import { hasEnded, withReading } from "./jobs";
import { useJob } from "./useJob";

type JobCardProps = {
    id: string;
    onReuse: (parameters: Parameters) => void;
    onBegin: (picture: Picture) => void;
    onJob: (job: Job) => void;
    onDismiss: () => void;
};

/** One press of Generate: its words, and its pictures while they are painted and when they are done. */
export function JobCard({ id, onReuse, onBegin, onJob, onDismiss }: JobCardProps) {
    const { text } = useSpeech();
    const { data: job, error } = useJob(id);
    const isGone = error instanceof Problem && error.status === 404;
    useNewImages(job);
    useEffect(() => {
        if (isGone) {
            onDismiss();
        }
    });

    return (
        <article className={classes.card}>
            <div className={classes.head}>
                <Text className={classes.prompt}>
                    {job === undefined ? " " : promptOf(job.parameters) || text.job.noPrompt}
                </Text>
                <div className={classes.actions}>
                    {job && !hasEnded(job.state) && <CancelButton id={id} />}
                    <Tooltip label={text.job.dismiss}>
                        <ActionIcon
                            variant="subtle"
                            color="gray"
                            aria-label={text.job.dismiss}
                            onClick={onDismiss}
                        >
                            <CloseIcon />
                        </ActionIcon>
                    </Tooltip>
                </div>
            </div>
            {job && <JobLine job={job} />}
            {error && !isGone && <Notice>{sentenceOf(error, text)}</Notice>}
            {job && <JobPictures job={job} onReuse={onReuse} onBegin={onBegin} onJob={onJob} />}
        </article>
    );
}

function CancelButton({ id }: { id: string }) {
    const { text } = useSpeech();
    const client = useQueryClient();
    const cancelling = useMutation({
        mutationFn: () => cancelJob(id),
        onSuccess: (job) =>
            client.setQueryData<Job>(["job", id], (known) => withReading(known, job)),
    });
    const problem = cancelling.error && sentenceOf(cancelling.error, text);
    return (
        <Tooltip label={problem} disabled={!problem} opened={problem ? true : undefined}>
            <Button
                size="compact-sm"
                variant="default"
                loading={cancelling.isPending}
                disabled={cancelling.isSuccess}
                onClick={() => cancelling.mutate()}
            >
                {text.job.cancel}
            </Button>
        </Tooltip>
    );
}

function JobLine({ job }: { job: Job }) {
    const { text, formats } = useSpeech();
    const { parameters } = job;
    const facts = [
        formats.time(job.acceptedAt),
        formats.size(parameters.width, parameters.height),
        ...(parameters.type === undefined
            ? [
                  `${text.create.steps} ${parameters.steps}`,
                  parameters.sampler,
                  modelName(parameters.model.file),
              ]
            : [text.picture.enlarged(String(parameters.scale)), parameters.upscaler.name]),
    ];
    return (
        <Text component="div" size="sm" c="dimmed" className={classes.line}>
            <span>{facts.join(" · ")}</span>
            {!job.save && (
                <Tooltip label={text.job.notSavedLong} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
                    <Badge variant="default" tt="none" fw={500} tabIndex={0}>
                        {text.job.notSaved}
                    </Badge>
                </Tooltip>
            )}
        </Text>
    );
}

type JobPicturesProps = Pick<JobCardProps, "onReuse" | "onBegin" | "onJob"> & { job: Job };

function JobPictures({ job, onReuse, onBegin, onJob }: JobPicturesProps) {
    const { text } = useSpeech();
    const [opened, setOpened] = useState<string | null>(null);
    const finished = job.images.filter((image) => image.picture !== null);
    const parametersOf = (seed: number | null): Picture["parameters"] =>
        seed === null || job.parameters.type !== undefined
            ? job.parameters
            : { ...job.parameters, seed };
    const pictures = finished.map((image) => ({
        url: image.picture ?? "",
        parameters: parametersOf(image.seed),
        infotext: image.infotext ?? "",
    }));
    const done = job.images.filter((image) => hasEnded(image.state)).length;
    return (
        <>
            <div className={classes.pictures} data-single={job.images.length === 1 || undefined}>
                {job.images.map((image) => (
                    <Canvas
                        key={image.index}
                        image={image}
                        parameters={parametersOf(image.seed)}
                        onOpen={() => setOpened(image.picture)}
                    />
                ))}
            </div>
            <VisuallyHidden role="status" aria-live="polite">
                {job.images.length === 1
                    ? text.job.states[job.state]
                    : `${text.job.states[job.state]}: ${text.job.done(done, job.images.length)}`}
            </VisuallyHidden>
            <PictureDetail
                pictures={pictures}
                opened={opened}
                onOpen={setOpened}
                onReuse={(parameters) => {
                    setOpened(null);
                    onReuse(parameters);
                }}
                onBegin={(picture) => {
                    setOpened(null);
                    onBegin(picture);
                }}
                onJob={(larger) => {
                    setOpened(null);
                    onJob(larger);
                }}
            />
        </>
    );
}

const STORING_MILLIS = 2_500;

/** Once a job that is saved has ended, the images in the database are others than before. */
function useNewImages(job: Job | undefined) {
    const client = useQueryClient();
    const wasLive = useRef(false);
    const isLive = job !== undefined && !hasEnded(job.state);
    useEffect(() => {
        if (wasLive.current && !isLive) {
            const refresh = () => client.invalidateQueries({ queryKey: ["images"] });
            void refresh();
            window.setTimeout(refresh, STORING_MILLIS);
        }
        wasLive.current = isLive;
    }, [client, isLive]);
}

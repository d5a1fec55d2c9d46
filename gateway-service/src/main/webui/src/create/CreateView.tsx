import { Title } from "@mantine/core";
import { type Dispatch, type SetStateAction, useEffect, useRef } from "react";
import type { Job, Parameters } from "../api";
import { useSpeech } from "../language/language";
import { useSessionState } from "../useSessionState";
import classes from "./CreateView.module.css";
import type { Draft } from "./draft";
import { EmptyWall } from "../frame/EmptyWall";
import { GenerationForm } from "./GenerationForm";
import type { Picture } from "../picture/PictureDetail";
import { JobCard } from "./JobCard";
import type { Start } from "./start";

type CreateViewProps = {
    draft: Draft;
    onDraft: Dispatch<SetStateAction<Draft>>;
    start: Start | null;
    onStart: (start: Start | null) => void;
    onReuse: (parameters: Parameters) => void;
    onBegin: (picture: Picture) => void;
    onModels: () => void;
    /** The ids of the jobs on the wall, newest first. */
    jobs: string[];
    onJob: (job: Job) => void;
    onDismiss: (id: string) => void;
};

/** The form, and beside it the wall on which its pictures appear, newest first. */
export function CreateView(props: CreateViewProps) {
    const { draft, onDraft, start, onStart, onReuse, onBegin, onModels } = props;
    const { jobs, onJob, onDismiss } = props;
    const { text } = useSpeech();
    const [lastSeed, setLastSeed] = useSessionState<number | null>("huafang.lastSeed", null);
    const wall = useRef<HTMLElement>(null);
    const isNewJobHung = useRef(false);

    function hang(job: Job) {
        onJob(job);
        if (job.parameters.type === undefined) {
            setLastSeed(job.parameters.seed);
        }
        isNewJobHung.current = true;
    }

    // Where the wall lies below the form, go and see.
    useEffect(() => {
        const top = wall.current?.getBoundingClientRect().top ?? 0;
        if (isNewJobHung.current && top > window.innerHeight * 0.6) {
            wall.current?.scrollIntoView({ behavior: "smooth" });
        }
        isNewJobHung.current = false;
    }, [jobs]);

    return (
        <div className={classes.studio}>
            <GenerationForm
                draft={draft}
                onDraft={onDraft}
                start={start}
                onStart={onStart}
                lastSeed={lastSeed}
                onJob={hang}
                onModels={onModels}
            />
            <section ref={wall} className={classes.wall} aria-label={text.job.list}>
                {jobs.length === 0 ? (
                    <EmptyWall title={text.job.empty} hint={text.job.emptyHint} />
                ) : (
                    <>
                        <Title order={2} size="h4">
                            {text.job.list}
                        </Title>
                        {jobs.map((id) => (
                            <JobCard
                                key={id}
                                id={id}
                                onReuse={onReuse}
                                onBegin={onBegin}
                                onJob={hang}
                                onDismiss={() => onDismiss(id)}
                            />
                        ))}
                    </>
                )}
            </section>
        </div>
    );
}

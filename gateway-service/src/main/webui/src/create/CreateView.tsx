import { Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
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

const LONGEST_HISTORY = 50;

type CreateViewProps = {
    user: string;
    draft: Draft;
    onDraft: Dispatch<SetStateAction<Draft>>;
    start: Start | null;
    onStart: (start: Start | null) => void;
    onReuse: (parameters: Parameters) => void;
    onBegin: (picture: Picture) => void;
    onModels: () => void;
};

/** The form, and beside it the wall on which its pictures appear, newest first. */
export function CreateView(props: CreateViewProps) {
    const { user, draft, onDraft, start, onStart, onReuse, onBegin, onModels } = props;
    const { text } = useSpeech();
    const [jobs, setJobs] = useSessionState<string[]>(`huafang.jobs.${user}`, []);
    const [lastSeed, setLastSeed] = useSessionState<number | null>("huafang.lastSeed", null);
    const client = useQueryClient();
    const wall = useRef<HTMLElement>(null);
    const isNewJobHung = useRef(false);

    function hang(job: Job) {
        client.setQueryData(["job", job.id], job);
        setJobs((before) => [job.id, ...before.filter((id) => id !== job.id)].slice(0, LONGEST_HISTORY));
        setLastSeed(job.parameters.seed);
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
                                onDismiss={() => setJobs((all) => all.filter((job) => job !== id))}
                            />
                        ))}
                    </>
                )}
            </section>
        </div>
    );
}

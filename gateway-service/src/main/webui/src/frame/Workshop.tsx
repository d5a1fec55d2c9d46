import { Tabs, VisuallyHidden } from "@mantine/core";
import { useHash } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Job, type Parameters, readBlob } from "../api";
import { CreateView } from "../create/CreateView";
import { draftOf, emptyDraft } from "../create/draft";
import { readPicture, type Start, startOf } from "../create/start";
import { ImagesView } from "../images/ImagesView";
import { useSpeech } from "../language/language";
import { ModelsView } from "../models/ModelsView";
import type { Picture } from "../picture/PictureDetail";
import { useSessionState } from "../useSessionState";
import { Header } from "./Header";
import classes from "./Workshop.module.css";

const VIEWS = ["create", "images", "models"] as const;
export type View = (typeof VIEWS)[number];

const LONGEST_HISTORY = 50;

/** The page of someone who is signed in: three views under one head. */
export function Workshop({ user }: { user: string }) {
    const { text } = useSpeech();
    const [hash, setHash] = useHash({ getInitialValueInEffect: false });
    const [kept, setDraft] = useSessionState(`huafang.draft.${user}`, emptyDraft);
    const draft = { ...emptyDraft, ...kept }; // one of an earlier version knows less
    const [start, setStart] = useState<Start | null>(null);
    const [jobs, setJobs] = useSessionState<string[]>(`huafang.jobs.${user}`, []);
    const client = useQueryClient();
    const view = VIEWS.find((name) => hash === `#${name}`) ?? "create";
    const show = (name: View) => setHash(name);

    function reuse(parameters: Parameters) {
        setDraft((before) => draftOf(parameters, before));
        show("create");
        window.scrollTo({ top: 0 });
    }

    function hang(job: Job) {
        client.setQueryData(["job", job.id], job);
        setJobs((before) => [job.id, ...before.filter((id) => id !== job.id)].slice(0, LONGEST_HISTORY));
    }

    async function begin({ url, parameters }: Picture) {
        const picture = await readPicture(await readBlob(url));
        setStart(startOf(picture));
        if (parameters.type === undefined) {
            setDraft((before) => ({ ...draftOf(parameters, before), seedIsFixed: false }));
        }
        show("create");
        window.scrollTo({ top: 0 });
    }

    return (
        <Tabs
            value={view}
            onChange={(name) => show(name as View)}
            variant="none"
            keepMounted={false}
            className={classes.workshop}
        >
            <Header user={user} views={VIEWS} />
            <main className={classes.view}>
                <VisuallyHidden>
                    <h1>Huafang 画坊 – {text.views[view]}</h1>
                </VisuallyHidden>
                <Tabs.Panel value="create">
                    <CreateView
                        draft={draft}
                        onDraft={setDraft}
                        start={start}
                        onStart={setStart}
                        onReuse={reuse}
                        onBegin={begin}
                        onModels={() => show("models")}
                        jobs={jobs}
                        onJob={hang}
                        onDismiss={(id) => setJobs((all) => all.filter((job) => job !== id))}
                    />
                </Tabs.Panel>
                <Tabs.Panel value="images">
                    <ImagesView
                        onReuse={reuse}
                        onBegin={begin}
                        onJob={(job) => {
                            hang(job);
                            show("create");
                        }}
                    />
                </Tabs.Panel>
                <Tabs.Panel value="models">
                    <ModelsView />
                </Tabs.Panel>
            </main>
        </Tabs>
    );
}

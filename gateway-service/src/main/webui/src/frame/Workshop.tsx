import { Tabs, VisuallyHidden } from "@mantine/core";
import { useHash } from "@mantine/hooks";
import { useState } from "react";
import { type Parameters, readBlob } from "../api";
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

/** The page of someone who is signed in: three views under one head. */
export function Workshop({ user }: { user: string }) {
    const { text } = useSpeech();
    const [hash, setHash] = useHash({ getInitialValueInEffect: false });
    const [draft, setDraft] = useSessionState(`huafang.draft.${user}`, emptyDraft);
    const [start, setStart] = useState<Start | null>(null);
    const view = VIEWS.find((name) => hash === `#${name}`) ?? "create";
    const show = (name: View) => setHash(name);

    function reuse(parameters: Parameters) {
        setDraft((before) => draftOf(parameters, before));
        show("create");
        window.scrollTo({ top: 0 });
    }

    async function begin({ url, parameters }: Picture) {
        const picture = await readPicture(await readBlob(url));
        setStart(startOf(picture));
        setDraft((before) => ({ ...draftOf(parameters, before), seedIsFixed: false }));
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
                        user={user}
                        draft={draft}
                        onDraft={setDraft}
                        start={start}
                        onStart={setStart}
                        onReuse={reuse}
                        onBegin={begin}
                        onModels={() => show("models")}
                    />
                </Tabs.Panel>
                <Tabs.Panel value="images">
                    <ImagesView onReuse={reuse} onBegin={begin} />
                </Tabs.Panel>
                <Tabs.Panel value="models">
                    <ModelsView />
                </Tabs.Panel>
            </main>
        </Tabs>
    );
}

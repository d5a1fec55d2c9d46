import { Tabs, VisuallyHidden } from "@mantine/core";
import { useHash } from "@mantine/hooks";
import type { Parameters } from "../api";
import { CreateView } from "../create/CreateView";
import { draftOf, emptyDraft } from "../create/draft";
import { ImagesView } from "../images/ImagesView";
import { useSpeech } from "../language/language";
import { ModelsView } from "../models/ModelsView";
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
    const view = VIEWS.find((name) => hash === `#${name}`) ?? "create";
    const show = (name: View) => setHash(name);

    function reuse(parameters: Parameters) {
        setDraft((before) => draftOf(parameters, before));
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
                        onReuse={reuse}
                        onModels={() => show("models")}
                    />
                </Tabs.Panel>
                <Tabs.Panel value="images">
                    <ImagesView onReuse={reuse} />
                </Tabs.Panel>
                <Tabs.Panel value="models">
                    <ModelsView />
                </Tabs.Panel>
            </main>
        </Tabs>
    );
}

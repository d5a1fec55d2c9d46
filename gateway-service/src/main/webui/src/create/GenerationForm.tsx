import { Button, Checkbox, NumberInput, Paper, Textarea } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type Dispatch, type KeyboardEvent, type SetStateAction, useEffect, useRef, useState } from "react";
import { createJob, type Job, type JobRequest, listModels, Problem } from "../api";
import { Notice } from "../frame/Notice";
import { BrushIcon } from "../icons";
import { useSpeech } from "../language/language";
import { newKey } from "../newKey";
import { sentenceOf } from "../problem";
import { retriesPassing } from "../session/session";
import {
    type Draft,
    entryOf,
    faultsOf,
    type Faults,
    type Field,
    LARGEST_CFG_SCALE,
    modelOf,
    MOST_IMAGES,
    MOST_STEPS,
    requestOf,
} from "./draft";
import classes from "./GenerationForm.module.css";
import { ADVANCED_FIELDS } from "./advanced";
import { AdvancedFields } from "./AdvancedFields";
import { ModelField } from "./ModelField";
import { SamplingFields } from "./SamplingFields";
import { SeedField } from "./SeedField";
import { SizeField } from "./SizeField";
import type { Start } from "./start";
import { StartField } from "./StartField";

type GenerationFormProps = {
    draft: Draft;
    onDraft: Dispatch<SetStateAction<Draft>>;
    start: Start | null;
    onStart: (start: Start | null) => void;
    lastSeed: number | null;
    onJob: (job: Job) => void;
    onModels: () => void;
};

/** What a field of the form gets: the draft, how to change it, and what is wrong with it. */
export type FieldProps = {
    draft: Draft;
    change: (change: Partial<Draft>) => void;
    faults: Faults;
};

/** Shown at the picture to begin with. */
const OF_START = new Set(["start.strength", "start.image", "start.mask.image"]);
const OF_ADVANCED = new Set<string>(ADVANCED_FIELDS);

const IS_MAC = /mac|iphone|ipad/i.test(navigator.userAgent);

export function GenerationForm(props: GenerationFormProps) {
    const { draft, onDraft, start, onStart, lastSeed, onJob, onModels } = props;
    const { text } = useSpeech();
    const models = useQuery({
        queryKey: ["models"],
        queryFn: listModels,
        refetchInterval: ({ state }) =>
            state.data?.every((model) => model.hash !== null || model.problem !== null) ? 30_000 : 2_000,
    });
    const model = modelOf(draft, models.data);
    const form = useRef<HTMLFormElement>(null);
    const [attempts, setAttempts] = useState(0);
    const generation = useMutation({
        mutationFn: ({ request, key }: { request: JobRequest; key: string }) =>
            createJob(request, key),
        retry: retriesPassing,
        onSuccess: (job) => {
            setAttempts(0);
            onJob(job);
        },
    });
    const ownFaults = faultsOf(draft, models.data, text);
    const faults = { ...(attempts > 0 ? ownFaults : {}), ...refusalOf(generation.error) };

    function refusalOf(error: Error | null): Faults {
        if (!(error instanceof Problem) || error.field === undefined) {
            return {};
        }
        const { field, found, allowed } = error;
        const sentence =
            found !== undefined && allowed !== undefined
                ? text.invalid.field(found, allowed)
                : sentenceOf(error, text);
        return { [field as Field]: sentence };
    }

    function change(part: Partial<Draft>) {
        generation.reset();
        onDraft((before) => ({ ...before, ...part }));
    }

    // Whoever pressed the button is taken to what is in the way.
    const isFaulty = Object.keys(faults).length > 0;
    useEffect(() => {
        if (isFaulty && attempts > 0) {
            form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
        }
    }, [isFaulty, attempts]);

    function generate() {
        setAttempts(attempts + 1);
        if (Object.keys(ownFaults).length === 0 && !generation.isPending) {
            generation.mutate({ request: requestOf(draft, models.data, start), key: newKey() });
        }
    }

    function generateByKey(event: KeyboardEvent) {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) {
            event.preventDefault();
            generate();
        }
    }

    const field: FieldProps = { draft, change, faults };
    const isShownAtField = Object.keys(refusalOf(generation.error)).some(
        (name) => name in draft || OF_ADVANCED.has(name) || (start !== null && OF_START.has(name)),
    );

    return (
        <Paper
            component="form"
            ref={form}
            className={classes.sheet}
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                generate();
            }}
            onKeyDown={generateByKey}
        >
            <Textarea
                label={text.create.prompt}
                placeholder={text.create.promptPlaceholder}
                autosize
                minRows={3}
                maxRows={12}
                size="md"
                value={draft.prompt}
                error={faults.prompt}
                onChange={(event) => change({ prompt: event.currentTarget.value })}
            />
            <Textarea
                label={text.create.negativePrompt}
                placeholder={text.create.negativePromptPlaceholder}
                autosize
                minRows={1}
                maxRows={8}
                value={draft.negativePrompt}
                error={faults.negativePrompt}
                onChange={(event) => change({ negativePrompt: event.currentTarget.value })}
            />
            <StartField
                {...field}
                model={model}
                start={start}
                onStart={(picture) => {
                    generation.reset();
                    onStart(picture);
                }}
            />
            <ModelField {...field} models={models} model={model} onModels={onModels} />
            <SizeField {...field} model={model} />
            <SamplingFields {...field} />
            <div className={classes.three}>
                <NumberInput
                    label={text.create.steps}
                    min={1}
                    max={MOST_STEPS}
                    clampBehavior="none"
                    allowDecimal={false}
                    value={draft.steps}
                    error={faults.steps}
                    onChange={(typed) => change({ steps: entryOf(typed) })}
                />
                <NumberInput
                    label={text.create.cfgScale}
                    min={0}
                    max={LARGEST_CFG_SCALE}
                    step={0.5}
                    clampBehavior="none"
                    value={draft.cfgScale}
                    error={faults.cfgScale}
                    onChange={(typed) => change({ cfgScale: entryOf(typed) })}
                />
                <NumberInput
                    label={text.create.count}
                    min={1}
                    max={MOST_IMAGES}
                    clampBehavior="none"
                    allowDecimal={false}
                    value={draft.count}
                    error={faults.count}
                    onChange={(typed) => change({ count: entryOf(typed) })}
                />
            </div>
            <SeedField {...field} lastSeed={lastSeed} />
            <AdvancedFields {...field} hasStart={start !== null} />
            <div className={classes.finish}>
                <Checkbox
                    label={text.create.save}
                    checked={draft.save}
                    onChange={(event) => change({ save: event.currentTarget.checked })}
                />
                {generation.isError && !isShownAtField && (
                    <Notice onDismiss={generation.reset}>{sentenceOf(generation.error, text)}</Notice>
                )}
                {isFaulty && <Notice>{text.invalid.form}</Notice>}
                <Button
                    type="submit"
                    size="md"
                    leftSection={<BrushIcon />}
                    rightSection={
                        <span className={classes.shortcut} aria-hidden="true">
                            {IS_MAC ? "⌘" : "Ctrl"} + Enter
                        </span>
                    }
                    loading={generation.isPending}
                    aria-keyshortcuts="Control+Enter Meta+Enter"
                >
                    {text.create.generate}
                </Button>
            </div>
        </Paper>
    );
}

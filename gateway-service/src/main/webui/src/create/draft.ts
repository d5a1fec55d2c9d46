import type { JobRequest, Model, Parameters } from "../api";
import type { Dictionary } from "../language/en";
import { type Advanced, advancedOf, type AdvancedField, hiresOf, LARGEST_CLIP_SKIP, LARGEST_SCALE, usual } from "./advanced";
import { requestOfStart, type Start } from "./start";

/** A number as it is being typed: empty where it is none yet. */
export type Entry = number | "";

export const entryOf = (typed: string | number): Entry =>
    typed === "" || Number.isNaN(Number(typed)) ? "" : Number(typed);

/** What the form holds. A width or height of null is the model's own. */
export type Draft = Advanced & {
    prompt: string;
    negativePrompt: string;
    /** The file of the chosen model; null is the first that can paint. */
    model: string | null;
    width: Entry | null;
    height: Entry | null;
    steps: Entry;
    sampler: string;
    scheduler: string;
    cfgScale: Entry;
    seedIsFixed: boolean;
    seed: Entry;
    /** Whose random numbers the noise imitates; only a reused picture brings another than NV. */
    rng: string;
    count: Entry;
    save: boolean;
};

/** As the API names the fields in its problems. */
export type Field =
    | "prompt"
    | "negativePrompt"
    | "model"
    | "width"
    | "height"
    | "steps"
    | "sampler"
    | "scheduler"
    | "cfgScale"
    | "seed"
    | "count"
    | "start.strength"
    | "start.image"
    | "start.mask.image"
    | AdvancedField;

export type Faults = Partial<Record<Field, string>>;

export const LONGEST_PROMPT = 10_000;
export const SMALLEST_SIDE = 64;
export const LARGEST_SIDE = 2048;
export const SIDE_STEP = 8;
export const MOST_STEPS = 150;
export const LARGEST_CFG_SCALE = 30;
export const LARGEST_SEED = Number.MAX_SAFE_INTEGER;
export const MOST_IMAGES = 100;

export const emptyDraft: Draft = {
    ...usual,
    prompt: "",
    negativePrompt: "",
    model: null,
    width: null,
    height: null,
    steps: 20,
    sampler: "DPM++ 2M",
    scheduler: "Automatic",
    cfgScale: 7,
    seedIsFixed: false,
    seed: "",
    rng: "NV",
    count: 1,
    save: true,
};

export const isUsable = (model: Model) => model.problem === null && model.hash !== null;

/** The model that a draft means: the one it names, else the first that can paint. */
export const modelOf = (draft: Draft, models: Model[] | undefined): Model | undefined =>
    models?.find((model) => model.file === draft.model && isUsable(model)) ?? models?.find(isUsable);

export const sizeOf = (draft: Draft, model: Model | undefined): { width: Entry; height: Entry } => ({
    width: draft.width ?? model?.width ?? 512,
    height: draft.height ?? model?.height ?? 512,
});

/**
 * Which fields no picture can be made with, and why.
 *
 * @param models undefined while they are not known
 */
export function faultsOf(draft: Draft, models: Model[] | undefined, text: Dictionary): Faults {
    const model = modelOf(draft, models);
    const { width, height } = sizeOf(draft, model);
    const whole = (entry: Entry, least: number, most: number) =>
        Number.isInteger(entry) && Number(entry) >= least && Number(entry) <= most
            ? undefined
            : text.invalid.whole(least, String(most));
    const between = (entry: Entry, least: number, most: number) =>
        entry !== "" && entry >= least && entry <= most
            ? undefined
            : text.invalid.between(least, String(most));
    const side = (entry: Entry) =>
        Number(entry) % SIDE_STEP === 0 && !whole(entry, SMALLEST_SIDE, LARGEST_SIDE)
            ? undefined
            : text.invalid.side;
    const prompt = (words: string) =>
        words.length > LONGEST_PROMPT ? text.invalid.prompt : undefined;
    const faults: Faults = {
        prompt: prompt(draft.prompt),
        negativePrompt: prompt(draft.negativePrompt),
        model: model || !models ? undefined : text.invalid.model,
        width: side(width),
        height: side(height),
        steps: whole(draft.steps, 1, MOST_STEPS),
        cfgScale: between(draft.cfgScale, 0, LARGEST_CFG_SCALE),
        seed: draft.seedIsFixed ? whole(draft.seed, 0, LARGEST_SEED) : undefined,
        count: whole(draft.count, 1, MOST_IMAGES),
        clipSkip: whole(draft.clipSkip, 1, LARGEST_CLIP_SKIP),
        "hires.scale": draft.hires ? between(draft.hiresScale, 1, LARGEST_SCALE) : undefined,
        "hires.steps":
            draft.hires && draft.hiresSteps !== ""
                ? whole(draft.hiresSteps, 1, MOST_STEPS)
                : undefined,
    };
    return Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault !== undefined));
}

/**
 * What a draft without faults asks of the API. What it leaves open while the models are not known,
 * the gateway decides as the page would.
 */
export function requestOf(
    draft: Draft,
    models: Model[] | undefined,
    start: Start | null = null,
): JobRequest {
    const model = modelOf(draft, models);
    const side = (entry: Entry | null) => (entry === null ? undefined : Number(entry));
    return {
        prompt: draft.prompt,
        negativePrompt: draft.negativePrompt,
        model: model?.file ?? draft.model ?? undefined,
        width: side(draft.width ?? model?.width ?? null),
        height: side(draft.height ?? model?.height ?? null),
        steps: Number(draft.steps),
        sampler: draft.sampler,
        scheduler: draft.scheduler,
        cfgScale: Number(draft.cfgScale),
        seed: draft.seedIsFixed ? Number(draft.seed) : -1,
        rng: draft.rng,
        count: Number(draft.count),
        save: draft.save,
        previews: true,
        vae: draft.vae ?? undefined,
        clipSkip: Number(draft.clipSkip),
        emphasis: draft.emphasis,
        tiling: draft.tiling,
        hires: hiresOf(draft, start !== null),
        ...(start !== null && { start: requestOfStart(start) }),
    };
}

/** A draft that paints the same picture again. */
export const draftOf = (parameters: Parameters, before: Draft): Draft => ({
    ...before,
    prompt: parameters.prompt,
    negativePrompt: parameters.negativePrompt,
    model: parameters.model.file,
    width: parameters.width,
    height: parameters.height,
    steps: parameters.steps,
    sampler: parameters.sampler,
    scheduler: parameters.scheduler,
    cfgScale: parameters.cfgScale,
    seedIsFixed: true,
    seed: parameters.seed,
    rng: parameters.rng,
    count: 1,
    ...advancedOf(parameters),
});

import type { HiresRequest, Parameters } from "../api";
import type { Draft, Entry } from "./draft";

/** What enlarges latents between the two passes, and pixels; files come beside these. */
export const LATENT_UPSCALERS = [
    "Latent",
    "Latent (antialiased)",
    "Latent (bicubic)",
    "Latent (bicubic antialiased)",
    "Latent (nearest)",
    "Latent (nearest-exact)",
] as const;
export const PIXEL_UPSCALERS = ["Lanczos", "Nearest"] as const;

/** What brackets in prompts do, the usual first. */
export const EMPHASES = ["Original", "No norm", "Ignore", "None"] as const;

export const LARGEST_SCALE = 8;
export const LARGEST_CLIP_SKIP = 12;

/** What few people change, and is folded away. */
export type Advanced = {
    hires: boolean;
    hiresUpscaler: string;
    hiresScale: Entry;
    /** Empty is as many as the first pass has. */
    hiresSteps: Entry;
    hiresStrength: number;
    /** The file of the chosen VAE; null is the model's own. */
    vae: string | null;
    clipSkip: Entry;
    emphasis: string;
    tiling: boolean;
};

export const usual: Advanced = {
    hires: false,
    hiresUpscaler: LATENT_UPSCALERS[0],
    hiresScale: 2,
    hiresSteps: "",
    hiresStrength: 0.7,
    vae: null,
    clipSkip: 1,
    emphasis: EMPHASES[0],
    tiling: false,
};

/** Those of its fields that problems may name, as the API does. */
export const ADVANCED_FIELDS = [
    "hires.upscaler",
    "hires.scale",
    "hires.steps",
    "hires.strength",
    "vae",
    "clipSkip",
    "emphasis",
    "tiling",
] as const;
export type AdvancedField = (typeof ADVANCED_FIELDS)[number];

/** What a picture was painted with; a size of the second pass becomes the scale that it was. */
export function advancedOf({ width, hires, reading, addOns, manner }: Parameters): Advanced {
    const other = {
        vae: addOns?.vae?.file ?? usual.vae,
        clipSkip: reading?.clipSkip ?? usual.clipSkip,
        emphasis: reading?.emphasis ?? usual.emphasis,
        tiling: manner?.tiling ?? usual.tiling,
    };
    if (!hires) {
        return { ...usual, ...other };
    }
    return {
        ...other,
        hires: true,
        hiresUpscaler: hires.upscaler,
        hiresScale: hires.scale || Math.max(1, hires.width / width),
        hiresSteps: hires.steps || "",
        hiresStrength: hires.strength,
    };
}

/** The second pass that is asked for; there is none over a picture to begin with. */
export const hiresOf = (draft: Draft, hasStart: boolean): HiresRequest | undefined =>
    draft.hires && !hasStart
        ? {
              upscaler: draft.hiresUpscaler,
              scale: Number(draft.hiresScale),
              steps: Number(draft.hiresSteps),
              strength: draft.hiresStrength,
          }
        : undefined;

import type { Parameters } from "../api";

/** The file's name without folder and extension. */
export const modelName = (file: string) => file.replace(/^.*\//, "").replace(/(.)\.[^.]*$/, "$1");

export const modelHash = (sha256: string) => sha256.slice(0, 10);

/** The parameters as people exchange them, in the format that the picture itself carries. */
export function infotextOf(parameters: Parameters): string {
    const fields = {
        Steps: parameters.steps,
        Sampler: parameters.sampler,
        "Schedule type": parameters.scheduler,
        "CFG scale": parameters.cfgScale,
        Seed: parameters.seed,
        Size: `${parameters.width}x${parameters.height}`,
        "Model hash": modelHash(parameters.model.sha256),
        Model: modelName(parameters.model.file),
        ...(parameters.rng === "NV" ? {} : { RNG: parameters.rng }),
    };
    const line = Object.entries(fields).map(([name, value]) => `${name}: ${quoted(String(value))}`);
    const negative = parameters.negativePrompt
        ? [`Negative prompt: ${parameters.negativePrompt}`]
        : [];
    return [parameters.prompt, ...negative, line.join(", ")].join("\n").trim();
}

const quoted = (value: string) => (/[,:\n]/.test(value) ? JSON.stringify(value) : value);

/** A name to keep the picture under: its first words and its seed. */
export function fileNameOf(parameters: Parameters): string {
    const words = parameters.prompt.normalize("NFKC").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
    const beginning = [...words.join("-")].slice(0, 48).join("").replace(/-$/, "");
    return `${beginning || "huafang"}-${parameters.seed}.png`;
}

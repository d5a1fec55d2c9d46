import type { Enlargement, Parameters } from "../api";

/** The file's name without folder and extension; a folder in its place may have dots in its name. */
export const modelName = (file: string) =>
    file.replace(/^.*\//, "").replace(/(.)\.(?:safetensors|ckpt|pt|pth|gguf|bin)$/i, "$1");

export const modelHash = (sha256: string) => sha256.slice(0, 10);

/** The words that a picture was painted after, or that it told of itself before it was enlarged. */
export function promptOf(parameters: Parameters | Enlargement): string {
    if (parameters.type === undefined) {
        return parameters.prompt;
    }
    const [words = ""] = parameters.infotext?.split(/^(?:Negative prompt|Steps): /m) ?? [];
    return words.trim();
}

/** A name to keep the picture under: its first words, and its seed or how much larger it is. */
export function fileNameOf(parameters: Parameters | Enlargement): string {
    const words = promptOf(parameters).normalize("NFKC").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
    const beginning = [...words.join("-")].slice(0, 48).join("").replace(/-$/, "");
    const end = parameters.type === undefined ? parameters.seed : `${parameters.scale}x`;
    return `${beginning || "huafang"}-${end}.png`;
}

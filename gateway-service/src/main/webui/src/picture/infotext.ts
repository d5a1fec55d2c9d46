import type { Parameters } from "../api";

/** The file's name without folder and extension. */
export const modelName = (file: string) => file.replace(/^.*\//, "").replace(/(.)\.[^.]*$/, "$1");

export const modelHash = (sha256: string) => sha256.slice(0, 10);

/** A name to keep the picture under: its first words and its seed. */
export function fileNameOf(parameters: Parameters): string {
    const words = parameters.prompt.normalize("NFKC").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
    const beginning = [...words.join("-")].slice(0, 48).join("").replace(/-$/, "");
    return `${beginning || "huafang"}-${parameters.seed}.png`;
}

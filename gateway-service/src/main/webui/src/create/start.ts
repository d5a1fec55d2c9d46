import type { StartRequest } from "../api";
import type { Entry } from "./draft";
import { LARGEST_SIDE, SIDE_STEP, SMALLEST_SIDE } from "./draft";

/** A picture to begin with, as the browser has it. */
export type StartPicture = {
    /** A PNG as a data URL. */
    image: string;
    bitmap: ImageBitmap;
    width: number;
    height: number;
};

export type Start = {
    picture: StartPicture;
    strength: Entry;
    resize: Resize;
    /** What is painted over: a PNG as a data URL, white on black; null is everything. */
    mask: string | null;
    onlyMasked: boolean;
};

export const RESIZES = ["Crop and resize", "Just resize", "Resize and fill"] as const;
export type Resize = (typeof RESIZES)[number];

const STRENGTH = 0.6;

/** Reads a file upright, and makes it smaller where it is larger than any picture that is painted. */
export async function readPicture(file: Blob): Promise<StartPicture> {
    const whole = await createImageBitmap(file);
    const scale = Math.min(1, LARGEST_SIDE / Math.max(whole.width, whole.height));
    const width = Math.max(1, Math.round(whole.width * scale));
    const height = Math.max(1, Math.round(whole.height * scale));
    const bitmap =
        scale === 1
            ? whole
            : await createImageBitmap(whole, {
                  resizeWidth: width,
                  resizeHeight: height,
                  resizeQuality: "high",
              });
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    return { image: canvas.toDataURL("image/png"), bitmap, width, height };
}

export const startOf = (picture: StartPicture): Start => ({
    picture,
    strength: STRENGTH,
    resize: RESIZES[0],
    mask: null,
    onlyMasked: false,
});

/** The size for a picture's shape with at most the model's native pixels, as the gateway has it. */
export function sizeFor(
    picture: { width: number; height: number },
    native: { width: number; height: number },
): { width: number; height: number } {
    const pixels = picture.width * picture.height;
    const scale = Math.min(1, Math.sqrt((native.width * native.height) / pixels));
    const side = (length: number) =>
        Math.min(
            Math.max(Math.round((length * scale) / SIDE_STEP) * SIDE_STEP, SMALLEST_SIDE),
            LARGEST_SIDE,
        );
    return { width: side(picture.width), height: side(picture.height) };
}

export const requestOfStart = (start: Start): StartRequest => ({
    image: start.picture.image,
    strength: Number(start.strength),
    resize: start.resize,
    ...(start.mask !== null && {
        mask: { image: start.mask, area: start.onlyMasked ? "only masked" : "whole picture" },
    }),
});

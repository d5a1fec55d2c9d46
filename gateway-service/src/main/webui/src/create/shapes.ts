import type { Model } from "../api";
import { LARGEST_SIDE, SIDE_STEP, SMALLEST_SIDE } from "./draft";

export type Shape = {
    name: "square" | "landscape" | "portrait" | "wide" | "tall";
    width: number;
    height: number;
};

const RATIOS = { square: 1, landscape: 3 / 2, portrait: 2 / 3, wide: 16 / 9, tall: 9 / 16 } as const;

/**
 * Sizes that suit a model: about as many pixels as its native size, in sides that are multiples of
 * an eighth of it, so that the network's lowest level is a whole number of cells.
 */
export function shapesOf(model: Pick<Model, "width" | "height">): Shape[] {
    const native = Math.sqrt(model.width * model.height);
    const grid = Math.max(SIDE_STEP, Math.floor(native / 8 / SIDE_STEP) * SIDE_STEP);
    const side = (pixels: number) =>
        Math.min(LARGEST_SIDE, Math.max(SMALLEST_SIDE, Math.round(pixels / grid) * grid));
    return Object.entries(RATIOS).map(([name, ratio]) => ({
        name: name as Shape["name"],
        width: side(native * Math.sqrt(ratio)),
        height: side(native / Math.sqrt(ratio)),
    }));
}

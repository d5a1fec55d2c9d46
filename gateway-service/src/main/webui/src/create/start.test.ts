import { expect, it } from "vitest";
import { requestOfStart, type Start, sizeFor } from "./start";

const start = {
    picture: { image: "data:image/png;base64,AA", width: 10, height: 10 },
    strength: 0.5,
    resize: "Crop and resize",
    mask: null,
    onlyMasked: false,
} as unknown as Start;

it("gives a picture's shape to an image, in no more pixels than the model paints best", () => {
    expect(sizeFor({ width: 200, height: 100 }, { width: 512, height: 512 })).toEqual({ width: 200, height: 104 });
    expect(sizeFor({ width: 2000, height: 1000 }, { width: 512, height: 512 })).toEqual({ width: 728, height: 360 });
    expect(sizeFor({ width: 10, height: 10 }, { width: 512, height: 512 })).toEqual({ width: 64, height: 64 });
});

it("asks for a mask only where one was painted", () => {
    expect(requestOfStart(start)).toEqual({
        image: "data:image/png;base64,AA",
        strength: 0.5,
        resize: "Crop and resize",
    });
    expect(requestOfStart({ ...start, mask: "data:M", onlyMasked: true }).mask).toEqual({
        image: "data:M",
        area: "only masked",
    });
});

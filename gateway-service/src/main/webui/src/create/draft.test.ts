import { describe, expect, it } from "vitest";
import type { Model } from "../api";
import { en } from "../language/en";
import { hiresOf } from "./advanced";
import { draftOf, emptyDraft, faultsOf, modelOf, requestOf } from "./draft";
import { shapesOf } from "./shapes";

const model = (file: string, part: Partial<Model> = {}): Model => ({
    title: file,
    name: file,
    file,
    hash: "0123456789",
    bytes: 1,
    width: 192,
    height: 192,
    problem: null,
    ...part,
});

describe("a draft", () => {
    it("asks for the model's own size and a random seed until told otherwise", () => {
        expect(requestOf(emptyDraft, [model("a")])).toMatchObject({ width: 192, height: 192, seed: -1, save: true });
    });

    it("leaves to the gateway what depends on models that are not known yet", () => {
        expect(faultsOf(emptyDraft, undefined, en)).toEqual({});
        const { model: file, width, height } = requestOf(emptyDraft, undefined);
        expect([file, width, height]).toEqual([undefined, undefined, undefined]);
        expect(Object.keys(faultsOf(emptyDraft, [], en))).toEqual(["model"]);
    });

    it("passes over models that cannot paint", () => {
        const models = [model("a", { problem: "A pickle." }), model("b", { hash: null }), model("c")];
        expect(modelOf(emptyDraft, models)?.file).toBe("c");
        expect(modelOf({ ...emptyDraft, model: "a" }, models)?.file).toBe("c");
    });

    it("names the fields that no picture can be made with", () => {
        const draft = { ...emptyDraft, width: 191, height: "" as const, steps: 151, cfgScale: 30.5, count: 0 };
        const faulty = Object.keys(faultsOf(draft, [model("a")], en));
        expect(faulty).toEqual(["width", "height", "steps", "cfgScale", "count"]);
        expect(faultsOf(emptyDraft, [model("a")], en)).toEqual({});
    });

    it("repeats a picture with its seed and its random source", () => {
        const painted = { ...requestOf(emptyDraft, [model("a")]), seed: 7, rng: "CPU", steps: 5 };
        const parameters = {
            ...painted,
            width: 192,
            height: 192,
            model: { file: "a", sha256: "0" },
            hires: null,
        };
        expect(requestOf(draftOf(parameters, emptyDraft), [model("a")])).toEqual(painted);
    });
});

describe("what is folded away", () => {
    const chosen = {
        ...emptyDraft,
        hires: true,
        hiresUpscaler: "Lanczos",
        hiresScale: 1.5,
        hiresSteps: 4,
        hiresStrength: 0.4,
        vae: "bright.safetensors",
        clipSkip: 2,
        emphasis: "No norm",
        tiling: true,
    } as const;

    it("asks for nothing until it is changed", () => {
        const { hires, vae, clipSkip, emphasis, tiling } = requestOf(emptyDraft, [model("a")]);
        expect({ hires, vae, clipSkip, emphasis, tiling }).toEqual({
            hires: undefined,
            vae: undefined,
            clipSkip: 1,
            emphasis: "Original",
            tiling: false,
        });
    });

    it("is asked for as it was chosen, but for a second pass over a picture", () => {
        expect(requestOf(chosen, [model("a")])).toMatchObject({
            hires: { upscaler: "Lanczos", scale: 1.5, steps: 4, strength: 0.4 },
            vae: "bright.safetensors",
            clipSkip: 2,
            emphasis: "No norm",
            tiling: true,
        });
        expect(hiresOf(chosen, true)).toBeUndefined();
    });

    it("is repeated with a picture, and forgotten with one that had none", () => {
        const parameters = {
            ...requestOf(chosen, [model("a")]),
            width: 192,
            height: 192,
            model: { file: "a", sha256: "0" },
            hires: { upscaler: "Lanczos", scale: 1.5, width: 0, height: 0, steps: 4, strength: 0.4 },
            reading: { clipSkip: 2, emphasis: "No norm" },
            addOns: { vae: { file: "bright.safetensors" } },
            manner: { tiling: true },
        };
        expect(draftOf(parameters, emptyDraft)).toMatchObject({
            ...chosen,
            model: "a",
            width: 192,
            height: 192,
            seedIsFixed: true,
            seed: -1,
        });
        const { hires: _, reading: __, addOns: ___, manner: ____, ...plain } = parameters;
        expect(draftOf(plain, chosen)).toMatchObject({
            hires: false,
            vae: null,
            clipSkip: 1,
            emphasis: "Original",
            tiling: false,
        });
    });

    it("is checked where it counts", () => {
        const wrong = { ...chosen, hiresScale: 9, hiresSteps: 0, clipSkip: 13 } as const;
        expect(Object.keys(faultsOf(wrong, [model("a")], en))).toEqual(["clipSkip", "hires.scale", "hires.steps"]);
        expect(Object.keys(faultsOf({ ...wrong, hires: false }, [model("a")], en))).toEqual(["clipSkip"]);
    });
});

describe("the shapes of a model", () => {
    it.each([128, 192, 256, 512, 768, 1024])("fit a native size of %i", (native) => {
        for (const { width, height } of shapesOf({ width: native, height: native })) {
            expect([width % 8, height % 8]).toEqual([0, 0]);
            expect((width * height) / native ** 2).toBeGreaterThan(0.8);
            expect((width * height) / native ** 2).toBeLessThan(1.25);
        }
    });
});

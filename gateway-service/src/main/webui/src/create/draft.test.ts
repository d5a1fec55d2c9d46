import { describe, expect, it } from "vitest";
import type { Model } from "../api";
import { en } from "../language/en";
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
        const parameters = { ...painted, width: 192, height: 192, model: { file: "a", sha256: "0" } };
        expect(requestOf(draftOf(parameters, emptyDraft), [model("a")])).toEqual(painted);
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

import { expect, it } from "vitest";
import type { Enlargement, Parameters } from "../api";
import { fileNameOf, modelName, promptOf } from "./infotext";

const parameters: Parameters = {
    prompt: "海边的小屋, a boat",
    negativePrompt: "people",
    width: 192,
    height: 128,
    steps: 20,
    sampler: "Euler a",
    scheduler: "Automatic",
    cfgScale: 7.5,
    seed: 42,
    rng: "NV",
    model: { file: "demo/huafang-demo.v2.safetensors", sha256: "ab12cd34ef5600" },
};

it("names a file by the prompt's words in any script, and never by what a folder could be", () => {
    expect(fileNameOf(parameters)).toBe("海边的小屋-a-boat-42.png");
    expect(fileNameOf({ ...parameters, prompt: "../ <b>" })).toBe("b-42.png");
    expect(fileNameOf({ ...parameters, prompt: "…" })).toBe("huafang-42.png");
});

it("calls a model by its file without the extension, or by its whole folder", () => {
    expect(modelName("demo/huafang-demo.v2.safetensors")).toBe("huafang-demo.v2");
    expect(modelName("sub/sd-2.1")).toBe("sd-2.1");
});

it("knows what an enlarged picture showed by what it told before", () => {
    const enlarged: Enlargement = {
        type: "enlargement",
        scale: 2,
        width: 384,
        height: 256,
        upscaler: { name: "Lanczos" },
        infotext: "a boat,\nred\nNegative prompt: fog\nSteps: 20, Sampler: Euler",
    };
    expect(promptOf(enlarged)).toBe("a boat,\nred");
    expect(fileNameOf(enlarged)).toBe("a-boat-red-2x.png");
    expect(promptOf({ ...enlarged, infotext: "Steps: 20" })).toBe("");
    expect(promptOf({ ...enlarged, infotext: null })).toBe("");
});

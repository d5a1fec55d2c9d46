import { describe, expect, it } from "vitest";
import type { ImageState, Job, JobImage } from "../api";
import { stateOf, withImage, withReading } from "./jobs";

const image = (index: number, state: ImageState, step = 0): JobImage => ({
    index,
    seed: 40 + index,
    state,
    step,
    steps: 20,
    preview: null,
    reason: null,
    infotext: null,
    picture: state === "FINISHED" ? `/picture/${index}` : null,
});

const jobOf = (...images: JobImage[]) => ({ id: "1", state: stateOf(images), images }) as Job;

describe("a job", () => {
    it("takes news of one image and leaves the others alone", () => {
        const job = withImage(jobOf(image(0, "STARTED", 3), image(1, "ACCEPTED")), image(0, "STARTED", 4));
        expect(job.images).toEqual([image(0, "STARTED", 4), image(1, "ACCEPTED")]);
    });

    it("starts with its first image and ends with its last", () => {
        expect(stateOf([image(0, "ACCEPTED"), image(1, "ACCEPTED")])).toBe("ACCEPTED");
        expect(stateOf([image(0, "FINISHED"), image(1, "ACCEPTED")])).toBe("STARTED");
        expect(stateOf([image(0, "FINISHED"), image(1, "FINISHED")])).toBe("FINISHED");
        expect(stateOf([image(0, "FAILED"), image(1, "FINISHED")])).toBe("FAILED");
    });

    it("keeps an end when late news or an older reading says otherwise", () => {
        const ended = jobOf(image(0, "FINISHED", 20), image(1, "STARTED", 5));
        const late = withImage(ended, image(0, "STARTED", 19));
        const reading = withReading(ended, jobOf(image(0, "STARTED", 19), image(1, "STARTED", 6)));
        expect(late.images[0]).toEqual(image(0, "FINISHED", 20));
        expect(reading.images).toEqual([image(0, "FINISHED", 20), image(1, "STARTED", 6)]);
    });
});

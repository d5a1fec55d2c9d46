import type { ImageState, Job, JobImage } from "../api";

export const hasEnded = (state: ImageState) =>
    state === "FINISHED" || state === "FAILED" || state === "CANCELLED";

/** The job after news of one of its images. An end never changes, whatever arrives late. */
export function withImage(job: Job, news: JobImage): Job {
    const images = job.images.map((image) =>
        image.index === news.index && !hasEnded(image.state) ? news : image,
    );
    return { ...job, images, state: stateOf(images) };
}

/** What is known of a job after it was read anew: ends that the events told of stay. */
export const withReading = (known: Job | undefined, reading: Job): Job =>
    known === undefined
        ? reading
        : known.images
              .filter((image) => hasEnded(image.state))
              .reduce((job, ended) => withImage(job, ended), reading);

export function stateOf(images: JobImage[]): ImageState {
    const states = images.map((image) => image.state);
    if (!states.every(hasEnded)) {
        return states.every((state) => state === "ACCEPTED") ? "ACCEPTED" : "STARTED";
    }
    return states.find((state) => state === "FAILED") ??
        states.find((state) => state === "CANCELLED") ??
        "FINISHED";
}

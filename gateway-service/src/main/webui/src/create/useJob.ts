import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Job, jobEvents, type JobImage, Problem, readJob } from "../api";
import { hasEnded, withImage, withReading } from "./jobs";
import { lanes } from "./lanes";

const enterLane = lanes(3);

/** Without a stream the job is read this often; with one, now and then, should the stream go silent. */
const READING_MILLIS = 1_500;
const READING_BESIDE_STREAM_MILLIS = 15_000;
const REOPENING_MILLIS = 4_000;

/** A job as it stands now, until it has ended: told by its events, read where there are none. */
export function useJob(id: string) {
    const client = useQueryClient();
    const [isStreaming, setStreaming] = useState(false);
    const query = useQuery({
        queryKey: ["job", id],
        queryFn: async () => withReading(client.getQueryData<Job>(["job", id]), await readJob(id)),
        staleTime: Infinity,
        refetchInterval: ({ state }) =>
            isOver(state.data, state.error)
                ? false
                : isStreaming
                  ? READING_BESIDE_STREAM_MILLIS
                  : READING_MILLIS,
    });
    const isLive = query.data !== undefined && !hasEnded(query.data.state);
    useEffect(() => {
        if (!isLive) {
            return;
        }
        const update = (change: (job: Job) => Job) =>
            client.setQueryData<Job>(["job", id], (job) => job && change(job));
        return follow(id, {
            onJob: (job) => update((known) => withReading(known, job)),
            onImage: (image) => update((job) => withImage(job, image)),
            onStreaming: setStreaming,
        });
    }, [client, id, isLive]);
    return { ...query, isStreaming };
}

const isOver = (job: Job | undefined, error: Error | null) =>
    (job !== undefined && hasEnded(job.state)) ||
    (error instanceof Problem && !error.isPassing && error.status < 500);

type Listener = {
    onJob: (job: Job) => void;
    onImage: (image: JobImage) => void;
    onStreaming: (isStreaming: boolean) => void;
};

/** Listens to a job's events and opens the stream again when it was refused; the answer stops it. */
function follow(id: string, listener: Listener): () => void {
    let stream: EventSource | undefined;
    let reopening: number | undefined;

    function open() {
        const events = jobEvents(id);
        stream = events;
        events.onopen = () => listener.onStreaming(true);
        events.onerror = () => {
            listener.onStreaming(false);
            if (events.readyState === EventSource.CLOSED) {
                reopening = window.setTimeout(open, REOPENING_MILLIS);
            }
        };
        events.addEventListener("job", ({ data }) => listener.onJob(JSON.parse(data)));
        events.addEventListener("image", ({ data }) => listener.onImage(JSON.parse(data)));
    }

    const leave = enterLane(open);
    return () => {
        window.clearTimeout(reopening);
        stream?.close();
        listener.onStreaming(false);
        leave();
    };
}

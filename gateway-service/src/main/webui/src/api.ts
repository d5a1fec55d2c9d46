/** The gateway's API under /api/v1, as the page uses it. */

export type ImageState = "ACCEPTED" | "STARTED" | "FINISHED" | "FAILED" | "CANCELLED";

/** How a picture was painted. */
export type Parameters = {
    type?: undefined;
    prompt: string;
    negativePrompt: string;
    width: number;
    height: number;
    steps: number;
    sampler: string;
    scheduler: string;
    cfgScale: number;
    seed: number;
    rng: string;
    model: { file: string; sha256: string };
    /** Null where it was painted from noise alone. */
    start?: { strength: number; resize: string } | null;
    /** Null where there was one pass. */
    hires?: {
        scale: number;
        width: number;
        height: number;
        upscaler: string;
        strength: number;
        steps: number;
    } | null;
    /** Pictures of earlier versions do not tell of these. */
    reading?: { clipSkip: number; emphasis: string };
    addOns?: { vae: { file: string } | null };
    manner?: { tiling: boolean };
};

/** How a picture was made larger. */
export type Enlargement = {
    type: "enlargement";
    scale: number;
    width: number;
    height: number;
    upscaler: { name: string };
    /** What the small picture told of how it was made. */
    infotext: string | null;
};

export type JobImage = {
    index: number;
    /** Null where there is no chance in it. */
    seed: number | null;
    state: ImageState;
    step: number;
    steps: number;
    /** A small PNG in base64 of what it is going to be. */
    preview: string | null;
    reason: string | null;
    infotext: string | null;
    picture: string | null;
};

export type Job = {
    id: string;
    state: ImageState;
    save: boolean;
    acceptedAt: string;
    /** The seed is the first image's. */
    parameters: Parameters | Enlargement;
    images: JobImage[];
};

export type JobRequest = {
    prompt: string;
    negativePrompt: string;
    model: string | undefined;
    width: number | undefined;
    height: number | undefined;
    steps: number;
    sampler: string;
    scheduler: string;
    cfgScale: number;
    /** -1 asks for a random one. */
    seed: number;
    rng: string;
    count: number;
    save: boolean;
    previews: boolean;
    vae?: string;
    clipSkip: number;
    emphasis: string;
    tiling: boolean;
    hires?: HiresRequest;
    start?: StartRequest;
};

/** A larger second pass. */
export type HiresRequest = {
    upscaler: string;
    scale: number;
    /** 0 is as many as the first pass has. */
    steps: number;
    strength: number;
};

export type StartRequest = {
    /** A PNG or JPEG as a data URL, like the mask's. */
    image: string;
    strength: number;
    resize: string;
    mask?: { image: string; area: string };
};

export type EnlargeRequest = {
    enlarge: {
        /** A PNG as a data URL. */
        image: string;
        scale: number;
        upscaler: string;
    };
    save: boolean;
};

export type StoredImage = {
    id: number;
    jobId: string;
    index: number;
    parameters: Parameters | Enlargement;
    finishedAt: string;
    infotext: string;
    picture: string;
};

export type Model = {
    title: string;
    name: string;
    file: string;
    /** Null while the file is being read, or where `problem` says why not. */
    hash: string | null;
    bytes: number;
    width: number;
    height: number;
    problem: string | null;
};

/** A file beside the checkpoints. */
export type AddOn = {
    kind: "LORA" | "EMBEDDING" | "VAE" | "UPSCALER";
    name: string;
    file: string;
    problem: string | null;
};

export type Sampler = { name: string; defaultScheduler: string };
export type Scheduler = { name: string; label: string };

export type Download = {
    id: string;
    url: string;
    file: string;
    state: "RUNNING" | "CHECKING" | "DONE" | "FAILED";
    doneBytes: number;
    /** -1 while unknown. */
    totalBytes: number;
    problem: string | null;
};

export type DownloadRequest = { url: string; sha256?: string; file?: string };

export type Session = { user: string };

type ProblemBody = {
    title?: string;
    detail?: string;
    field?: string;
    found?: unknown;
    allowed?: unknown;
};

/** A refusal in the gateway's words (application/problem+json), or status 0: no answer at all. */
export class Problem extends Error {
    readonly status: number;
    readonly field: string | undefined;
    readonly found: string | undefined;
    readonly allowed: string | undefined;

    constructor(status: number, body: ProblemBody) {
        super(body.detail ?? body.title ?? "");
        this.status = status;
        this.field = body.field;
        this.found = body.found === undefined ? undefined : String(body.found);
        this.allowed = body.allowed === undefined ? undefined : String(body.allowed);
    }

    get isSignedOut() {
        return this.status === 401;
    }

    /** Whether the same request may succeed a moment later. */
    get isPassing() {
        return this.status === 0 || (this.status >= 502 && this.status <= 504);
    }
}

const BASE = "/api/v1";

/** Marks requests as the page's own: the gateway then never asks the browser for a password. */
const FROM_PAGE = { "X-Requested-With": "Huafang" };

async function send(path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
        response = await fetch(path, {
            ...init,
            headers: { Accept: "application/json", ...FROM_PAGE, ...init.headers },
        });
    } catch {
        throw new Problem(0, {});
    }
    if (!response.ok) {
        throw new Problem(response.status, await response.json().catch(() => ({})));
    }
    return response;
}

async function get<T>(path: string): Promise<T> {
    return (await send(BASE + path)).json();
}

async function post<T>(path: string, body: unknown, headers: HeadersInit = {}): Promise<T> {
    const init = {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
    };
    return (await send(BASE + path, init)).json();
}

/** Who is signed in, or null. */
export async function readSession(): Promise<Session | null> {
    try {
        return await get<Session>("/session");
    } catch (problem) {
        if (problem instanceof Problem && problem.isSignedOut) {
            return null;
        }
        throw problem;
    }
}

export async function signIn(user: string, password: string): Promise<Session> {
    await send("/j_security_check", {
        method: "POST",
        body: new URLSearchParams({ j_username: user, j_password: password }),
    });
    return get("/session");
}

export async function signOut(): Promise<void> {
    await send(`${BASE}/session`, { method: "DELETE" });
}

/** Sending it again with the same key asks for nothing new. */
export const createJob = (request: JobRequest | EnlargeRequest, key: string): Promise<Job> =>
    post("/jobs", request, { "Idempotency-Key": key });

export const readJob = (id: string): Promise<Job> => get(`/jobs/${id}`);

/** Ends what has not ended of it; the answer may still be on its way there. */
export const cancelJob = (id: string): Promise<Job> => post(`/jobs/${id}/cancel`, {});

/** A picture's file. */
export const readBlob = async (url: string): Promise<Blob> => (await send(url)).blob();

export const jobEvents = (id: string): EventSource => new EventSource(`${BASE}/jobs/${id}/events`);

export async function listImages(before: number | null, limit: number): Promise<StoredImage[]> {
    const from = before === null ? "" : `&before=${before}`;
    return (await get<{ images: StoredImage[] }>(`/images?limit=${limit}${from}`)).images;
}

export const listModels = (): Promise<Model[]> => get("/models");
export const listAddOns = (): Promise<AddOn[]> => get("/add-ons");
export const listSamplers = (): Promise<Sampler[]> => get("/samplers");
export const listSchedulers = (): Promise<Scheduler[]> => get("/schedulers");
export const listDownloads = (): Promise<Download[]> => get("/models/downloads");
export const startDownload = (request: DownloadRequest): Promise<Download> =>
    post("/models/downloads", request);

import { Problem } from "./api";
import type { Dictionary } from "./language/en";

/** One sentence about an error, in the reader's language where the page knows the case. */
export function sentenceOf(error: unknown, text: Dictionary): string {
    if (!(error instanceof Problem)) {
        return String(error);
    }
    if (error.status === 0) {
        return text.problem.unreachable;
    }
    return error.message || text.problem.unknown(error.status);
}

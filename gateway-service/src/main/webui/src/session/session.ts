import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "../api";

export const SESSION = ["session"];

/** Retries what passes by itself, and shows the sign-in again as soon as any answer is 401. */
export function sessionAwareClient(): QueryClient {
    const onError = (error: Error) => {
        if (error instanceof Problem && error.isSignedOut) {
            client.setQueryData(SESSION, null);
        }
    };
    const client = new QueryClient({
        queryCache: new QueryCache({ onError }),
        mutationCache: new MutationCache({
            onError: (error, _variables, _result, { options }) => {
                if (options.mutationKey !== SESSION) {
                    onError(error);
                }
            },
        }),
        defaultOptions: {
            queries: { retry: retriesPassing, staleTime: 10_000 },
            // Whoever presses a button without a network wants to hear of it.
            mutations: { networkMode: "always" },
        },
    });
    return client;
}

export const retriesPassing = (failures: number, error: Error) =>
    error instanceof Problem && error.isPassing && failures < 3;

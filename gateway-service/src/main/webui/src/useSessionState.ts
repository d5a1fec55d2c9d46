import { type Dispatch, type SetStateAction, useEffect, useState } from "react";

/** State that outlives a reload of the page and a new sign-in, but not the browser's tab. */
export function useSessionState<T>(key: string, initial: T): [T, Dispatch<SetStateAction<T>>] {
    const [value, setValue] = useState<T>(() => read(key) ?? initial);
    useEffect(() => sessionStorage.setItem(key, JSON.stringify(value)), [key, value]);
    return [value, setValue];
}

function read<T>(key: string): T | undefined {
    try {
        return JSON.parse(sessionStorage.getItem(key) ?? "null") ?? undefined;
    } catch {
        return undefined;
    }
}

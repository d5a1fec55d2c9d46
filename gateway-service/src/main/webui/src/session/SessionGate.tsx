import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { readSession } from "../api";
import { Notice } from "../frame/Notice";
import { useSpeech } from "../language/language";
import { sentenceOf } from "../problem";
import { useSessionState } from "../useSessionState";
import { SESSION } from "./session";
import { SignIn } from "./SignIn";

/** Shows the workshop to whoever is signed in, else the sign-in. */
export function SessionGate({ children }: { children: (user: string) => ReactNode }) {
    const { text } = useSpeech();
    const session = useQuery({ queryKey: SESSION, queryFn: readSession, staleTime: Infinity });
    const [lastUser, setLastUser] = useSessionState<string | null>("huafang.user", null);
    const user = session.data?.user;
    useEffect(() => {
        if (user !== undefined) {
            setLastUser(user);
        }
    }, [user, setLastUser]);

    if (user !== undefined) {
        return children(user);
    }
    if (session.isError) {
        return (
            <Notice onRetry={() => session.refetch()}>{sentenceOf(session.error, text)}</Notice>
        );
    }
    return session.isPending ? null : <SignIn expiredFor={lastUser} />;
}

import { Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { Problem, signIn } from "../api";
import { LanguageSwitch } from "../frame/LanguageSwitch";
import { Notice } from "../frame/Notice";
import { Seal } from "../frame/Seal";
import { useSpeech } from "../language/language";
import { sentenceOf } from "../problem";
import { SESSION } from "./session";
import classes from "./SignIn.module.css";

/** @param expiredFor who was signed in in this tab before, or null */
export function SignIn({ expiredFor }: { expiredFor: string | null }) {
    const { text } = useSpeech();
    const client = useQueryClient();
    const [user, setUser] = useState(expiredFor ?? "");
    const [password, setPassword] = useState("");
    const passwordField = useRef<HTMLInputElement>(null);
    const entry = useMutation({
        mutationKey: SESSION,
        mutationFn: () => signIn(user, password),
        onSuccess: (session) => {
            // Another one may have sat here before.
            client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
            client.setQueryData(SESSION, session);
        },
        onError: () => passwordField.current?.select(),
    });
    const isWrong = entry.error instanceof Problem && entry.error.isSignedOut;

    function submit(event: FormEvent) {
        event.preventDefault();
        entry.mutate();
    }

    return (
        <main className={classes.door}>
            <div className={classes.sign}>
                <Seal size={72} />
                <Title order={1} className={classes.name}>
                    Huafang <span lang="zh-CN">画坊</span>
                </Title>
                <Text c="dimmed">{text.tagline}</Text>
            </div>
            <Paper component="form" className={classes.sheet} onSubmit={submit}>
                <Stack gap="md">
                    <Title order={2} size="h3">
                        {text.session.title}
                    </Title>
                    {expiredFor !== null && !entry.isError && (
                        <Text size="sm" role="status">
                            {text.session.expired}
                        </Text>
                    )}
                    <TextInput
                        label={text.session.user}
                        name="j_username"
                        autoComplete="username"
                        autoCapitalize="none"
                        spellCheck={false}
                        autoFocus={expiredFor === null}
                        required
                        withAsterisk={false}
                        value={user}
                        onChange={(event) => setUser(event.currentTarget.value)}
                    />
                    <PasswordInput
                        ref={passwordField}
                        label={text.session.password}
                        name="j_password"
                        autoComplete="current-password"
                        autoFocus={expiredFor !== null}
                        required
                        withAsterisk={false}
                        value={password}
                        onChange={(event) => setPassword(event.currentTarget.value)}
                    />
                    {entry.isError && (
                        <Notice>
                            {isWrong ? text.session.wrong : sentenceOf(entry.error, text)}
                        </Notice>
                    )}
                    <Button type="submit" size="md" loading={entry.isPending}>
                        {text.session.signIn}
                    </Button>
                </Stack>
            </Paper>
            <LanguageSwitch />
        </main>
    );
}

import { Alert, Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { useSpeech } from "../language/language";

type NoticeProps = { children: ReactNode; onRetry?: () => void; onDismiss?: () => void };

/** Says what went wrong, where it went wrong. */
export function Notice({ children, onRetry, onDismiss }: NoticeProps) {
    const { text } = useSpeech();
    return (
        <Alert
            role="alert"
            color="cinnabar"
            variant="light"
            p="sm"
            withCloseButton={onDismiss !== undefined}
            closeButtonLabel={text.problem.dismiss}
            onClose={onDismiss}
            styles={{ message: { color: "inherit", overflowWrap: "anywhere" } }}
        >
            <Group gap="sm" justify="space-between">
                <span>{children}</span>
                {onRetry && (
                    <Button size="compact-sm" variant="default" onClick={onRetry}>
                        {text.problem.retry}
                    </Button>
                )}
            </Group>
        </Alert>
    );
}

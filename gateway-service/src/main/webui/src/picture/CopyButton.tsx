import { Button } from "@mantine/core";
import { useState } from "react";
import { CheckIcon, CopyIcon } from "../icons";
import { useSpeech } from "../language/language";
import { copy } from "./clipboard";

type CopyButtonProps = {
    /** The text to copy. */
    what: string;
    label: string;
    /** What the button shows, where that is not its label. */
    shown?: string;
};

const THANKS_MILLIS = 1_500;

export function CopyButton({ what, label, shown }: CopyButtonProps) {
    const { text } = useSpeech();
    const [isCopied, setCopied] = useState(false);

    async function take() {
        await copy(what);
        setCopied(true);
        window.setTimeout(() => setCopied(false), THANKS_MILLIS);
    }

    return (
        <Button
            size="compact-sm"
            variant={shown ? "subtle" : "default"}
            color="gray"
            fw={500}
            leftSection={isCopied ? <CheckIcon /> : <CopyIcon />}
            aria-label={shown && `${label}: ${what}`}
            title={shown && label}
            onClick={take}
        >
            <span aria-live="polite">{isCopied ? text.picture.copied : (shown ?? label)}</span>
        </Button>
    );
}

import { UnstyledButton } from "@mantine/core";
import { languages, nameOf, useSpeech } from "../language/language";
import classes from "./LanguageSwitch.module.css";

/** Each language is named in itself, so that whoever reads only that one finds it. */
export function LanguageSwitch() {
    const { language, speak } = useSpeech();
    return (
        <div className={classes.languages} role="group" aria-label="Language / 语言">
            {languages.map((other) => (
                <UnstyledButton
                    key={other}
                    lang={other === "zh" ? "zh-CN" : other}
                    className={classes.language}
                    aria-pressed={other === language}
                    onClick={() => speak(other)}
                >
                    {nameOf(other)}
                </UnstyledButton>
            ))}
        </div>
    );
}

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type Dictionary, en } from "./en";
import { type Formats, formatsOf } from "./formats";
import { zh } from "./zh";

const LANGUAGES = { en: { dictionary: en, locale: "en" }, zh: { dictionary: zh, locale: "zh-CN" } };
const REMEMBERED = "huafang.language";

export type Language = keyof typeof LANGUAGES;
export const languages = Object.keys(LANGUAGES) as Language[];
export const nameOf = (language: Language) => LANGUAGES[language].dictionary.languageName;

/** The remembered language, else the first of the browser's that the page speaks, else English. */
export function chosenLanguage(remembered: string | null, browser: readonly string[]): Language {
    const wishes = [remembered ?? "", ...browser].map((wish) => wish.toLowerCase().split("-")[0]);
    return languages.find((language) => language === wishes.find(isSpoken)) ?? "en";
}

const isSpoken = (wish: string | undefined) => languages.some((language) => language === wish);

type Speech = {
    language: Language;
    speak: (language: Language) => void;
    text: Dictionary;
    formats: Formats;
};

const SpeechContext = createContext<Speech | null>(null);

export function LanguageProvider({ children }: { children: ReactNode }) {
    const [language, setLanguage] = useState(() =>
        chosenLanguage(localStorage.getItem(REMEMBERED), navigator.languages),
    );
    const speech = useMemo(() => {
        const { dictionary, locale } = LANGUAGES[language];
        const speak = (next: Language) => {
            localStorage.setItem(REMEMBERED, next);
            setLanguage(next);
        };
        return { language, speak, text: dictionary, formats: formatsOf(locale) };
    }, [language]);
    useEffect(() => {
        document.documentElement.lang = LANGUAGES[language].locale;
    }, [language]);
    return <SpeechContext value={speech}>{children}</SpeechContext>;
}

/** What to say, and how to write numbers, in the language in use. */
export function useSpeech(): Speech {
    const speech = useContext(SpeechContext);
    if (speech === null) {
        throw new Error("useSpeech outside a LanguageProvider");
    }
    return speech;
}

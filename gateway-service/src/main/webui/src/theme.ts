import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** The red of seal paste. */
const cinnabar: MantineColorsTuple = [
    "#fbeee9",
    "#f4d9d1",
    "#e8b3a6",
    "#dc8b78",
    "#d26b54",
    "#c2503a",
    "#a83a2a",
    "#932f20",
    "#7b2619",
    "#631d12",
];

/** Mantine's greys, in paper. */
const gray: MantineColorsTuple = [
    "#faf6ec",
    "#f3ecde",
    "#ebe2d0",
    "#e0d5bf",
    "#cfc2a8",
    "#a99c84",
    "#85796a",
    "#5f5548",
    "#453d33",
    "#2c261f",
];

/** Mantine's dark greys, in ink. */
const dark: MantineColorsTuple = [
    "#ece4d6",
    "#c9bfae",
    "#ab9f8d",
    "#8f8474",
    "#51473c",
    "#3d352c",
    "#2a241e",
    "#211d18",
    "#181512",
    "#0f0d0b",
];

export const theme = createTheme({
    white: "#fffdf8",
    black: "#241f19",
    colors: { cinnabar, gray, dark },
    primaryColor: "cinnabar",
    primaryShade: { light: 6, dark: 5 },
    defaultRadius: "sm",
    cursorType: "pointer",
    respectReducedMotion: true,
    fontFamily:
        'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    headings: {
        fontFamily:
            '"Iowan Old Style", "Palatino Linotype", Palatino, Georgia, "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif',
        fontWeight: "500",
    },
});

/** Ink on paper by day, paper on ink by night. */
export const inkAndPaper: CSSVariablesResolver = () => ({
    variables: {},
    light: {
        "--mantine-color-body": "#f5efe3",
        "--mantine-color-text": "#241f19",
        "--mantine-color-dimmed": "#6a6052",
        "--mantine-color-placeholder": "#776d5e",
        "--mantine-color-default": "#fffcf6",
        "--mantine-color-default-hover": "#f7f0e2",
        "--mantine-color-default-color": "#241f19",
        "--mantine-color-default-border": "#d5c9b3",
        "--mantine-color-error": "#a3281c",
        "--mantine-color-anchor": "#932f20",
    },
    dark: {
        "--mantine-color-body": "#181512",
        "--mantine-color-text": "#ece4d6",
        "--mantine-color-dimmed": "#ab9f8d",
        "--mantine-color-placeholder": "#8f8474",
        "--mantine-color-default": "#25201b",
        "--mantine-color-default-hover": "#2f2923",
        "--mantine-color-default-color": "#ece4d6",
        "--mantine-color-default-border": "#463d33",
        "--mantine-color-error": "#f08c7a",
        "--mantine-color-anchor": "#e8a090",
    },
});

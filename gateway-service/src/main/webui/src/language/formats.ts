/** Numbers and dates as a locale writes them. */
export type Formats = {
    bytes: (value: number) => string;
    time: (instant: string) => string;
    dateTime: (instant: string) => string;
    size: (width: number, height: number) => string;
};

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export function formatsOf(locale: string): Formats {
    const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
    const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
    return {
        bytes: (value) => {
            const power = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), 4);
            return new Intl.NumberFormat(locale, {
                style: "unit",
                unit: UNITS[power] ?? "byte",
                maximumSignificantDigits: 3,
            }).format(value / 1000 ** power);
        },
        time: (instant) => time.format(new Date(instant)),
        dateTime: (instant) => dateTime.format(new Date(instant)),
        size: (width, height) => `${width} × ${height}`,
    };
}

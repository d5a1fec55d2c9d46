import type { ReactNode } from "react";

/** Line icons in the colour of the text around them; always beside or inside something that has a name. */
function Icon({ children }: { children: ReactNode }) {
    return (
        <svg
            viewBox="0 0 24 24"
            width="1.15em"
            height="1.15em"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.7"
            strokeLinecap="round"
            strokeLinejoin="round"
            aria-hidden="true"
        >
            {children}
        </svg>
    );
}

export const DownloadIcon = () => (
    <Icon>
        <path d="M12 4v11m-5-5 5 5 5-5M5 20h14" />
    </Icon>
);

export const CopyIcon = () => (
    <Icon>
        <rect x="9" y="9" width="11" height="11" rx="2" />
        <path d="M15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3" />
    </Icon>
);

export const CheckIcon = () => (
    <Icon>
        <path d="m5 12.5 4.5 4.5L19 7.5" />
    </Icon>
);

export const BrushIcon = () => (
    <Icon>
        <path d="M19.5 4.5c-4 1.5-8 5.5-9.5 8.5l1.5 1.5c3-1.5 7-5.5 8-10zM9.5 13.5c-2 0-3.5 1.2-3.7 3-.1 1.3-.8 2.2-1.8 2.8 3.2.9 7 0 7-3.8" />
    </Icon>
);

export const DiceIcon = () => (
    <Icon>
        <rect x="4" y="4" width="16" height="16" rx="3" />
        <path d="M9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01" strokeWidth="2.4" />
    </Icon>
);

export const SwapIcon = () => (
    <Icon>
        <path d="M7 4 3.5 7.5 7 11M4 7.5h16M17 13l3.5 3.5L17 20M20 16.5H4" />
    </Icon>
);

export const CloseIcon = () => (
    <Icon>
        <path d="M6 6l12 12M18 6 6 18" />
    </Icon>
);

export const LeftIcon = () => (
    <Icon>
        <path d="m14.5 5-7 7 7 7" />
    </Icon>
);

export const RightIcon = () => (
    <Icon>
        <path d="m9.5 5 7 7-7 7" />
    </Icon>
);

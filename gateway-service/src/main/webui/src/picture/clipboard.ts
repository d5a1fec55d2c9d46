/** Copies a text. Browsers offer their clipboard only on https and localhost; elsewhere the old way is left. */
export async function copy(text: string): Promise<void> {
    if (navigator.clipboard) {
        return navigator.clipboard.writeText(text);
    }
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    // Inside an open dialog only its own children may have the focus.
    (document.activeElement?.parentElement ?? document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
}

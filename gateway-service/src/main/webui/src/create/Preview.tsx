import { useEffect, useRef } from "react";
import classes from "./Canvas.module.css";

/** What a picture is going to be: a small PNG, enlarged. */
export function Preview({ base64 }: { base64: string }) {
    const canvas = useRef<HTMLCanvasElement>(null);
    useEffect(() => {
        let isOver = false;
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        createImageBitmap(new Blob([bytes], { type: "image/png" })).then(
            (bitmap) => {
                if (!isOver && canvas.current !== null) {
                    Object.assign(canvas.current, { width: bitmap.width, height: bitmap.height });
                    canvas.current.getContext("2d")?.drawImage(bitmap, 0, 0);
                }
            },
            () => undefined, // the next one comes in a moment
        );
        return () => {
            isOver = true;
        };
    }, [base64]);
    return <canvas ref={canvas} className={classes.preview} aria-hidden="true" />;
}

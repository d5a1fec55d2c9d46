import { Button, Slider, Text } from "@mantine/core";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { useSpeech } from "../language/language";
import classes from "./MaskCanvas.module.css";
import type { StartPicture } from "./start";

type MaskCanvasProps = { picture: StartPicture; onMask: (mask: string | null) => void };

/** Of the picture's shorter side. */
const BRUSH = 0.15;

/** The picture, and over it what the brush has touched: that is painted over. */
export function MaskCanvas({ picture, onMask }: MaskCanvasProps) {
    const { text } = useSpeech();
    const { bitmap, width, height } = picture;
    const under = useRef<HTMLCanvasElement>(null);
    const over = useRef<HTMLCanvasElement>(null);
    const last = useRef<{ x: number; y: number } | null>(null);
    const [brush, setBrush] = useState(BRUSH);
    const [isTouched, setTouched] = useState(false);

    useEffect(() => {
        under.current?.getContext("2d")?.drawImage(bitmap, 0, 0);
    }, [bitmap]);

    function stroke(event: PointerEvent<HTMLCanvasElement>) {
        const canvas = event.currentTarget;
        const pen = canvas.getContext("2d");
        if (pen === null || event.buttons !== 1) {
            return;
        }
        const box = canvas.getBoundingClientRect();
        const x = ((event.clientX - box.left) / box.width) * width;
        const y = ((event.clientY - box.top) / box.height) * height;
        pen.strokeStyle = "#c2503a";
        pen.lineCap = "round";
        pen.lineJoin = "round";
        pen.lineWidth = brush * Math.min(width, height);
        pen.beginPath();
        pen.moveTo(last.current?.x ?? x, last.current?.y ?? y);
        pen.lineTo(x, y);
        pen.stroke();
        last.current = { x, y };
    }

    function begin(event: PointerEvent<HTMLCanvasElement>) {
        event.currentTarget.setPointerCapture(event.pointerId);
        stroke(event);
    }

    function end() {
        if (last.current !== null && over.current !== null) {
            setTouched(true);
            onMask(maskOf(over.current));
        }
        last.current = null;
    }

    function clear() {
        over.current?.getContext("2d")?.clearRect(0, 0, width, height);
        setTouched(false);
        onMask(null);
    }

    return (
        <>
            <div
                className={classes.easel}
                style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(16rem * ${width / height})` }}
            >
                <canvas ref={under} width={width} height={height} role="img" aria-label={text.start.title} />
                <canvas
                    ref={over}
                    className={classes.mask}
                    width={width}
                    height={height}
                    aria-label={text.start.mask}
                    onPointerDown={begin}
                    onPointerMove={stroke}
                    onPointerUp={end}
                    onPointerCancel={end}
                />
            </div>
            <div className={classes.brush}>
                <Text size="sm">{text.start.brush}</Text>
                <Slider
                    thumbLabel={text.start.brush}
                    min={0.02}
                    max={0.5}
                    step={0.01}
                    size="sm"
                    label={null}
                    value={brush}
                    onChange={setBrush}
                />
                <Button size="compact-sm" variant="default" disabled={!isTouched} onClick={clear}>
                    {text.start.clear}
                </Button>
            </div>
            <Text size="sm" c="dimmed">
                {isTouched ? text.start.maskedHint : text.start.maskHint}
            </Text>
        </>
    );
}

/** White where the brush has been, on black. */
function maskOf(strokes: HTMLCanvasElement): string {
    const { width, height } = strokes;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    if (pen !== null) {
        pen.drawImage(strokes, 0, 0);
        pen.globalCompositeOperation = "source-in";
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, width, height);
        pen.globalCompositeOperation = "destination-over";
        pen.fillStyle = "#000";
        pen.fillRect(0, 0, width, height);
    }
    return canvas.toDataURL("image/png");
}

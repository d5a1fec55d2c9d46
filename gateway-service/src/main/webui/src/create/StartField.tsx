import { ActionIcon, Button, Checkbox, FileButton, Input, Select, Slider, Text, Tooltip } from "@mantine/core";
import { type ClipboardEvent, type DragEvent, useState } from "react";
import type { Model } from "../api";
import { CloseIcon } from "../icons";
import { useSpeech } from "../language/language";
import type { FieldProps } from "./GenerationForm";
import { MaskCanvas } from "./MaskCanvas";
import { readPicture, RESIZES, type Resize, type Start, sizeFor, startOf } from "./start";
import classes from "./StartField.module.css";

type StartFieldProps = FieldProps & {
    start: Start | null;
    onStart: (start: Start | null) => void;
    model: Model | undefined;
};

/** The picture to begin with, if any: chosen, dropped or pasted; a brush says what is painted over. */
export function StartField({ start, onStart, model, change, faults }: StartFieldProps) {
    const { text } = useSpeech();
    const [isUnreadable, setUnreadable] = useState(false);
    const [isOver, setOver] = useState(false);

    async function begin(file: File | null | undefined) {
        if (!file) {
            return;
        }
        try {
            const picture = await readPicture(file);
            setUnreadable(false);
            onStart(startOf(picture));
            if (model) {
                change(sizeFor(picture, model));
            }
        } catch {
            setUnreadable(true);
        }
    }

    const dropped = (event: DragEvent) => {
        event.preventDefault();
        setOver(false);
        void begin(event.dataTransfer.files[0]);
    };
    const pasted = (event: ClipboardEvent) => void begin(event.clipboardData.files[0]);
    const error = isUnreadable ? text.start.unreadable : (faults["start.image"] ?? faults["start.mask.image"]);

    return (
        <Input.Wrapper label={text.start.title} labelElement="div" error={error}>
            <div
                className={classes.place}
                data-over={isOver || undefined}
                onDragOver={(event) => {
                    event.preventDefault();
                    setOver(true);
                }}
                onDragLeave={() => setOver(false)}
                onDrop={dropped}
                onPaste={pasted}
            >
                <div className={classes.choice}>
                    <FileButton accept="image/*" onChange={(file) => void begin(file)}>
                        {(props) => (
                            <Button variant="default" size="compact-sm" className={classes.choose} {...props}>
                                {start === null ? text.start.choose : text.start.other}
                            </Button>
                        )}
                    </FileButton>
                    {start === null ? (
                        <Text size="sm" c="dimmed">
                            {text.start.hint}
                        </Text>
                    ) : (
                        <Tooltip label={text.start.remove}>
                            <ActionIcon
                                variant="subtle"
                                color="gray"
                                aria-label={text.start.remove}
                                onClick={() => onStart(null)}
                            >
                                <CloseIcon />
                            </ActionIcon>
                        </Tooltip>
                    )}
                </div>
                {start !== null && <Begun start={start} onStart={onStart} faults={faults} />}
            </div>
        </Input.Wrapper>
    );
}

type BegunProps = Pick<FieldProps, "faults"> & { start: Start; onStart: (start: Start) => void };

function Begun({ start, onStart, faults }: BegunProps) {
    const { text } = useSpeech();
    const strength = Number(start.strength);
    return (
        <>
            <MaskCanvas
                key={start.picture.image}
                picture={start.picture}
                onMask={(mask) => onStart({ ...start, mask })}
            />
            {start.mask !== null && (
                <Checkbox
                    label={text.start.onlyMasked}
                    checked={start.onlyMasked}
                    onChange={(event) => onStart({ ...start, onlyMasked: event.currentTarget.checked })}
                />
            )}
            <Input.Wrapper
                label={`${text.start.strength} ${strength.toFixed(2)}`}
                labelElement="div"
                error={faults["start.strength"]}
            >
                <Slider
                    thumbLabel={text.start.strength}
                    min={0}
                    max={1}
                    step={0.05}
                    label={null}
                    value={strength}
                    onChange={(value) => onStart({ ...start, strength: value })}
                />
            </Input.Wrapper>
            <Select
                label={text.start.resize}
                data={RESIZES.map((name) => ({ value: name, label: text.start.resizes[name] }))}
                value={start.resize}
                allowDeselect={false}
                onChange={(name) => name && onStart({ ...start, resize: name as Resize })}
            />
        </>
    );
}

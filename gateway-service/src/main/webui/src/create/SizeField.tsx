import { ActionIcon, NumberInput, Tooltip, UnstyledButton } from "@mantine/core";
import type { Model } from "../api";
import { SwapIcon } from "../icons";
import { useSpeech } from "../language/language";
import { entryOf, LARGEST_SIDE, SIDE_STEP, sizeOf, SMALLEST_SIDE } from "./draft";
import type { FieldProps } from "./GenerationForm";
import { type Shape, shapesOf } from "./shapes";
import classes from "./SizeField.module.css";

export function SizeField({ draft, change, faults, model }: FieldProps & { model: Model | undefined }) {
    const { text } = useSpeech();
    const { width, height } = sizeOf(draft, model);
    const side = { min: SMALLEST_SIDE, max: LARGEST_SIDE, step: SIDE_STEP, allowDecimal: false };
    return (
        <div className={classes.field} role="group" aria-label={text.create.size}>
            <div className={classes.sides}>
                <NumberInput
                    {...side}
                    label={text.create.width}
                    clampBehavior="none"
                    value={width}
                    error={faults.width}
                    onChange={(typed) => change({ width: entryOf(typed), height })}
                />
                <Tooltip label={text.create.swap}>
                    <ActionIcon
                        variant="subtle"
                        color="gray"
                        size="lg"
                        className={classes.swap}
                        aria-label={text.create.swap}
                        onClick={() => change({ width: height, height: width })}
                    >
                        <SwapIcon />
                    </ActionIcon>
                </Tooltip>
                <NumberInput
                    {...side}
                    label={text.create.height}
                    clampBehavior="none"
                    value={height}
                    error={faults.height}
                    onChange={(typed) => change({ width, height: entryOf(typed) })}
                />
            </div>
            {model && (
                <div className={classes.shapes}>
                    {shapesOf(model).map((shape) => (
                        <ShapeButton
                            key={shape.name}
                            shape={shape}
                            isChosen={shape.width === width && shape.height === height}
                            onChoose={() => change({ width: shape.width, height: shape.height })}
                        />
                    ))}
                </div>
            )}
        </div>
    );
}

type ShapeButtonProps = { shape: Shape; isChosen: boolean; onChoose: () => void };

function ShapeButton({ shape, isChosen, onChoose }: ShapeButtonProps) {
    const { text, formats } = useSpeech();
    const longer = Math.max(shape.width, shape.height);
    return (
        <Tooltip label={formats.size(shape.width, shape.height)}>
            <UnstyledButton className={classes.shape} aria-pressed={isChosen} onClick={onChoose}>
                <span className={classes.glyph} aria-hidden="true">
                    <span
                        style={{
                            width: `${(shape.width / longer) * 100}%`,
                            height: `${(shape.height / longer) * 100}%`,
                        }}
                    />
                </span>
                {text.create.shapes[shape.name]}
            </UnstyledButton>
        </Tooltip>
    );
}

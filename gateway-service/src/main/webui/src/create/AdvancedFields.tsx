import { Checkbox, Input, NumberInput, Select, Slider, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type AddOn, listAddOns } from "../api";
import { useSpeech } from "../language/language";
import { modelName } from "../picture/infotext";
import {
    ADVANCED_FIELDS,
    EMPHASES,
    LARGEST_CLIP_SKIP,
    LARGEST_SCALE,
    LATENT_UPSCALERS,
    PIXEL_UPSCALERS,
} from "./advanced";
import classes from "./AdvancedFields.module.css";
import { entryOf, MOST_STEPS } from "./draft";
import form from "./GenerationForm.module.css";
import type { FieldProps } from "./GenerationForm";

const OWN_VAE = "";

type AdvancedFieldsProps = FieldProps & {
    /** Whether a picture is begun with: then there is no second pass. */
    hasStart: boolean;
};

/** What few people change: folded away, with what differs from the usual told on the fold. */
export function AdvancedFields(props: AdvancedFieldsProps) {
    const { draft, change, faults, hasStart } = props;
    const { text } = useSpeech();
    const [isOpen, setOpen] = useState(false);
    const addOns = useQuery({ queryKey: ["addOns"], queryFn: listAddOns });
    const ofKind = (kind: AddOn["kind"]) =>
        addOns.data?.filter((file) => file.kind === kind && file.problem === null) ?? [];
    const isFaulty = ADVANCED_FIELDS.some((field) => faults[field] !== undefined);
    const changed = [
        draft.hires && !hasStart && text.advanced.times(String(draft.hiresScale)),
        draft.vae !== null && modelName(draft.vae),
        draft.clipSkip !== 1 && `${text.advanced.clipSkip} ${draft.clipSkip}`,
        draft.emphasis !== EMPHASES[0] && `${text.advanced.emphasis} ${draft.emphasis}`,
        draft.tiling && text.advanced.tiling,
    ].filter((word) => word !== false);
    return (
        <details
            className={classes.fold}
            open={isOpen || isFaulty}
            onToggle={(event) => setOpen(event.currentTarget.open)}
        >
            <summary className={classes.summary}>
                <span>{text.advanced.title}</span>
                <Text component="span" size="sm" c="dimmed" truncate>
                    {changed.join(" · ")}
                </Text>
            </summary>
            <div className={classes.fields}>
                <Checkbox
                    label={text.advanced.hires}
                    description={hasStart ? text.advanced.hiresNotHere : text.advanced.hiresHint}
                    checked={draft.hires && !hasStart}
                    disabled={hasStart}
                    onChange={(event) => change({ hires: event.currentTarget.checked })}
                />
                {draft.hires && !hasStart && (
                    <SecondPass {...props} files={ofKind("UPSCALER").map(({ name }) => name)} />
                )}
                <div className={form.two}>
                    <NumberInput
                        label={text.advanced.clipSkip}
                        min={1}
                        max={LARGEST_CLIP_SKIP}
                        clampBehavior="none"
                        allowDecimal={false}
                        value={draft.clipSkip}
                        error={faults.clipSkip}
                        onChange={(typed) => change({ clipSkip: entryOf(typed) })}
                    />
                    <Select
                        label="VAE"
                        data={[
                            { value: OWN_VAE, label: text.advanced.ownVae },
                            ...ofKind("VAE").map(({ file, name }) => ({ value: file, label: name })),
                        ]}
                        value={draft.vae ?? OWN_VAE}
                        error={faults.vae}
                        allowDeselect={false}
                        onChange={(file) => change({ vae: file === OWN_VAE ? null : file })}
                    />
                </div>
                <Select
                    label={text.advanced.emphasis}
                    data={EMPHASES.map((name) => ({
                        value: name,
                        label: text.advanced.emphases[name],
                    }))}
                    value={draft.emphasis}
                    error={faults.emphasis}
                    allowDeselect={false}
                    onChange={(name) => name && change({ emphasis: name })}
                />
                <Checkbox
                    label={text.advanced.tiling}
                    description={text.advanced.tilingHint}
                    checked={draft.tiling}
                    error={faults.tiling}
                    onChange={(event) => change({ tiling: event.currentTarget.checked })}
                />
            </div>
        </details>
    );
}

function SecondPass({ draft, change, faults, files }: FieldProps & { files: string[] }) {
    const { text } = useSpeech();
    return (
        <>
            <Select
                label={text.advanced.upscaler}
                data={[
                    { group: text.advanced.ofLatents, items: [...LATENT_UPSCALERS] },
                    { group: text.advanced.ofPixels, items: [...PIXEL_UPSCALERS, ...files] },
                ]}
                value={draft.hiresUpscaler}
                error={faults["hires.upscaler"]}
                allowDeselect={false}
                onChange={(name) => name && change({ hiresUpscaler: name })}
            />
            <div className={form.two}>
                <NumberInput
                    label={text.advanced.scale}
                    min={1}
                    max={LARGEST_SCALE}
                    step={0.25}
                    clampBehavior="none"
                    value={draft.hiresScale}
                    error={faults["hires.scale"]}
                    onChange={(typed) => change({ hiresScale: entryOf(typed) })}
                />
                <NumberInput
                    label={text.advanced.steps}
                    placeholder={text.advanced.sameSteps}
                    min={1}
                    max={MOST_STEPS}
                    clampBehavior="none"
                    allowDecimal={false}
                    value={draft.hiresSteps}
                    error={faults["hires.steps"]}
                    onChange={(typed) => change({ hiresSteps: entryOf(typed) })}
                />
            </div>
            <Input.Wrapper
                label={`${text.start.strength} ${draft.hiresStrength.toFixed(2)}`}
                labelElement="div"
                error={faults["hires.strength"]}
            >
                <Slider
                    thumbLabel={text.advanced.strength}
                    min={0}
                    max={1}
                    step={0.05}
                    label={null}
                    value={draft.hiresStrength}
                    onChange={(value) => change({ hiresStrength: value })}
                />
            </Input.Wrapper>
        </>
    );
}

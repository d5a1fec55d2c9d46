import { Anchor, Select, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { Model } from "../api";
import { Notice } from "../frame/Notice";
import { useSpeech } from "../language/language";
import { sentenceOf } from "../problem";
import { isUsable } from "./draft";
import type { FieldProps } from "./GenerationForm";
import classes from "./ModelField.module.css";

type ModelFieldProps = FieldProps & {
    models: UseQueryResult<Model[]>;
    model: Model | undefined;
    onModels: () => void;
};

/** A model that cannot paint is listed with the reason, and cannot be chosen. */
export function ModelField({ change, faults, models, model, onModels }: ModelFieldProps) {
    const { text, formats } = useSpeech();
    if (models.isError && models.data === undefined) {
        return (
            <Notice onRetry={() => models.refetch()}>{sentenceOf(models.error, text)}</Notice>
        );
    }
    const all = models.data ?? [];
    if (models.isSuccess && !all.some(isUsable)) {
        return (
            <Notice>
                {text.create.noModel}{" "}
                <Anchor component="button" type="button" inherit onClick={onModels}>
                    {text.create.toModels}
                </Anchor>
            </Notice>
        );
    }
    const remark = (each: Model) =>
        each.problem ??
        (each.hash === null ? text.create.modelReading : formats.size(each.width, each.height));
    return (
        <Select
            label={text.create.model}
            data={all.map((each) => ({ value: each.file, label: each.name, disabled: !isUsable(each) }))}
            value={model?.file ?? null}
            error={faults.model}
            allowDeselect={false}
            comboboxProps={{ shadow: "md" }}
            classNames={{ option: classes.option }}
            // A new model paints at its own size until another is asked for.
            onChange={(file) => change({ model: file, width: null, height: null })}
            renderOption={({ option }) => {
                const each = all.find(({ file }) => file === option.value);
                return (
                    <div>
                        <Text size="sm">{option.label}</Text>
                        <Text size="xs" c="dimmed">
                            {each && remark(each)}
                        </Text>
                    </div>
                );
            }}
        />
    );
}

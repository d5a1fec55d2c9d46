import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { listSamplers, listSchedulers } from "../api";
import { useSpeech } from "../language/language";
import classes from "./GenerationForm.module.css";
import type { FieldProps } from "./GenerationForm";

const AUTOMATIC = "Automatic";

export function SamplingFields({ draft, change, faults }: FieldProps) {
    const { text } = useSpeech();
    const samplers = useQuery({ queryKey: ["samplers"], queryFn: listSamplers, staleTime: Infinity });
    const schedulers = useQuery({
        queryKey: ["schedulers"],
        queryFn: listSchedulers,
        staleTime: Infinity,
    });
    const samplerNames = samplers.data?.map(({ name }) => name) ?? [draft.sampler];
    const labels = schedulers.data?.map(({ label }) => label) ?? [draft.scheduler];
    const usual = samplers.data?.find(({ name }) => name === draft.sampler)?.defaultScheduler;
    const shown = (label: string) =>
        label === AUTOMATIC && usual !== undefined ? text.create.automatic(usual) : label;
    return (
        <div className={classes.two}>
            <Select
                label={text.create.sampler}
                data={samplerNames}
                value={draft.sampler}
                error={faults.sampler}
                allowDeselect={false}
                onChange={(sampler) => sampler && change({ sampler })}
            />
            <Select
                label={text.create.scheduler}
                data={labels.map((label) => ({ value: label, label: shown(label) }))}
                value={draft.scheduler}
                error={faults.scheduler}
                allowDeselect={false}
                onChange={(scheduler) => scheduler && change({ scheduler })}
            />
        </div>
    );
}

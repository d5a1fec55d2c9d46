import { ActionIcon, Button, Input, NumberInput, Pill, SegmentedControl, Tooltip } from "@mantine/core";
import { DiceIcon } from "../icons";
import { useSpeech } from "../language/language";
import { emptyDraft, entryOf, LARGEST_SEED } from "./draft";
import type { FieldProps } from "./GenerationForm";
import classes from "./SeedField.module.css";

export function SeedField({ draft, change, faults, lastSeed }: FieldProps & { lastSeed: number | null }) {
    const { text } = useSpeech();
    const fix = (seed: number | "") => change({ seedIsFixed: true, seed });
    return (
        <Input.Wrapper label={text.create.seed} labelElement="div" error={!draft.seedIsFixed && faults.seed}>
            <div className={classes.row}>
                <SegmentedControl
                    aria-label={text.create.seed}
                    data={[
                        { value: "random", label: text.create.seedRandom },
                        { value: "fixed", label: text.create.seedFixed },
                    ]}
                    value={draft.seedIsFixed ? "fixed" : "random"}
                    onChange={(mode) =>
                        mode === "random"
                            ? change({ seedIsFixed: false })
                            : fix(draft.seed === "" ? (lastSeed ?? randomSeed()) : draft.seed)
                    }
                />
                <Tooltip label={text.create.seedLastLong} disabled={lastSeed === null}>
                    <Button
                        variant="default"
                        disabled={lastSeed === null}
                        onClick={() => lastSeed !== null && fix(lastSeed)}
                    >
                        {text.create.seedLast}
                    </Button>
                </Tooltip>
            </div>
            {draft.seedIsFixed ? (
                <NumberInput
                    mt="xs"
                    aria-label={text.create.seed}
                    min={0}
                    max={LARGEST_SEED}
                    clampBehavior="none"
                    allowDecimal={false}
                    hideControls={false}
                    value={draft.seed}
                    error={faults.seed}
                    onChange={(typed) => fix(entryOf(typed))}
                    rightSectionWidth="auto"
                    rightSection={
                        <Tooltip label={text.create.seedDice}>
                            <ActionIcon
                                variant="subtle"
                                color="gray"
                                mx={4}
                                aria-label={text.create.seedDice}
                                onClick={() => fix(randomSeed())}
                            >
                                <DiceIcon />
                            </ActionIcon>
                        </Tooltip>
                    }
                />
            ) : (
                <Input.Description mt={6}>{text.create.seedRandomHint}</Input.Description>
            )}
            {draft.rng !== emptyDraft.rng && (
                <Pill mt="xs" withRemoveButton onRemove={() => change({ rng: emptyDraft.rng })}>
                    {text.picture.random}: {draft.rng}
                </Pill>
            )}
        </Input.Wrapper>
    );
}

/** Below 2^32, as people are used to. */
const randomSeed = () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

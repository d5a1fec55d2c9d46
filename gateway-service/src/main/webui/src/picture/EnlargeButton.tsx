import { Button, Menu } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { createJob, type EnlargeRequest, type Job, listAddOns, readBlob } from "../api";
import { Notice } from "../frame/Notice";
import { useSpeech } from "../language/language";
import { newKey } from "../newKey";
import { sentenceOf } from "../problem";
import { retriesPassing } from "../session/session";
import type { Picture } from "./PictureDetail";

const WITHOUT_FILE = "Lanczos";
const SCALES = [2, 4];

type EnlargeButtonProps = { picture: Picture; onJob: (job: Job) => void };

/** Makes a picture larger, by whichever upscaler there is; what comes of it is a job like any other. */
export function EnlargeButton({ picture, onJob }: EnlargeButtonProps) {
    const { text } = useSpeech();
    const addOns = useQuery({ queryKey: ["addOns"], queryFn: listAddOns });
    const files = addOns.data?.filter((file) => file.kind === "UPSCALER" && file.problem === null) ?? [];
    const enlarging = useMutation({
        mutationFn: ({ request, key }: { request: EnlargeRequest; key: string }) =>
            createJob(request, key),
        retry: retriesPassing,
        onSuccess: onJob,
    });

    async function enlarge(upscaler: string, scale: number) {
        const image = await dataUrl(await readBlob(picture.url));
        enlarging.mutate({ request: { enlarge: { image, scale, upscaler }, save: true }, key: newKey() });
    }

    return (
        <>
            <Menu position="top-start" shadow="md">
                <Menu.Target>
                    <Button variant="default" loading={enlarging.isPending}>
                        {text.picture.enlarge}
                    </Button>
                </Menu.Target>
                <Menu.Dropdown>
                    {[...files.map(({ name }) => name), WITHOUT_FILE].map((upscaler) => (
                        <div key={upscaler}>
                            <Menu.Label>{upscaler}</Menu.Label>
                            {SCALES.map((scale) => (
                                <Menu.Item
                                    key={scale}
                                    aria-label={`${upscaler} ${scale}×`}
                                    onClick={() => void enlarge(upscaler, scale)}
                                >
                                    {scale}×
                                </Menu.Item>
                            ))}
                        </div>
                    ))}
                </Menu.Dropdown>
            </Menu>
            {enlarging.isError && (
                <Notice onDismiss={enlarging.reset}>{sentenceOf(enlarging.error, text)}</Notice>
            )}
        </>
    );
}

const dataUrl = (blob: Blob) =>
    new Promise<string>((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result));
        reader.onerror = () => reject(reader.error ?? new Error());
        reader.readAsDataURL(blob);
    });

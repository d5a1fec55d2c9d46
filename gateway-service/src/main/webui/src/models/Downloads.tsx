import { Button, Paper, Progress, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { type Download, type DownloadRequest, listDownloads, Problem, startDownload } from "../api";
import { Notice } from "../frame/Notice";
import { useSpeech } from "../language/language";
import { sentenceOf } from "../problem";
import classes from "./ModelsView.module.css";

const isRunning = ({ state }: Download) => state === "RUNNING" || state === "CHECKING";

/** Fetches checkpoints from the network, and shows how far each is. */
export function Downloads() {
    const { text } = useSpeech();
    const client = useQueryClient();
    const downloads = useQuery({
        queryKey: ["downloads"],
        queryFn: listDownloads,
        refetchInterval: ({ state }) => (state.data?.some(isRunning) ? 1_000 : 15_000),
    });
    const running = downloads.data?.filter(isRunning).length ?? 0;
    useEffect(() => {
        void client.invalidateQueries({ queryKey: ["models"] });
    }, [client, running]);

    return (
        <section className={classes.part}>
            <DownloadForm
                onStarted={() => client.invalidateQueries({ queryKey: ["downloads"] })}
            />
            {downloads.isError && (
                <Notice onRetry={() => downloads.refetch()}>
                    {sentenceOf(downloads.error, text)}
                </Notice>
            )}
            {downloads.data !== undefined && downloads.data.length > 0 && (
                <>
                    <Title order={2} size="h4">
                        {text.models.downloads}
                    </Title>
                    <ul className={classes.list}>
                        {downloads.data.map((download) => (
                            <DownloadRow key={download.id} download={download} />
                        ))}
                    </ul>
                </>
            )}
        </section>
    );
}

function DownloadForm({ onStarted }: { onStarted: () => void }) {
    const { text } = useSpeech();
    const [url, setUrl] = useState("");
    const [sha256, setSha256] = useState("");
    const [file, setFile] = useState("");
    const [isTried, setTried] = useState(false);
    const start = useMutation({
        mutationFn: (request: DownloadRequest) => startDownload(request),
        onSuccess: () => {
            setUrl("");
            setSha256("");
            setFile("");
            setTried(false);
            onStarted();
        },
    });
    const isUrlGood = URL.canParse(url.trim()) && url.trim().startsWith("https://");
    const isSha256Good = /^([0-9a-f]{64})?$/i.test(sha256.trim());
    const refusal = start.error instanceof Problem ? start.error : undefined;
    const refusalAt = (field: string) =>
        refusal?.field === field ? sentenceOf(refusal, text) : undefined;
    const isShownAtField = ["url", "sha256", "file"].includes(refusal?.field ?? "");

    function submit(event: FormEvent) {
        event.preventDefault();
        setTried(true);
        if (isUrlGood && isSha256Good) {
            start.mutate({
                url: url.trim(),
                ...(sha256.trim() && { sha256: sha256.trim().toLowerCase() }),
                ...(file.trim() && { file: file.trim() }),
            });
        }
    }

    return (
        <Paper component="form" className={classes.sheet} noValidate onSubmit={submit}>
            <Title order={2} size="h4">
                {text.models.download}
            </Title>
            <TextInput
                label={text.models.url}
                description={text.models.urlHint}
                type="url"
                inputMode="url"
                autoComplete="off"
                value={url}
                error={(isTried && !isUrlGood && text.models.badUrl) || refusalAt("url")}
                onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <TextInput
                label={text.models.sha256}
                description={text.models.sha256Hint}
                autoComplete="off"
                spellCheck={false}
                value={sha256}
                error={(isTried && !isSha256Good && text.models.badSha256) || refusalAt("sha256")}
                onChange={(event) => setSha256(event.currentTarget.value)}
            />
            <TextInput
                label={text.models.file}
                autoComplete="off"
                spellCheck={false}
                value={file}
                error={refusalAt("file")}
                onChange={(event) => setFile(event.currentTarget.value)}
            />
            {start.isError && !isShownAtField && (
                <Notice onDismiss={start.reset}>{sentenceOf(start.error, text)}</Notice>
            )}
            <Button type="submit" loading={start.isPending}>
                {text.models.start}
            </Button>
        </Paper>
    );
}

function DownloadRow({ download }: { download: Download }) {
    const { text, formats } = useSpeech();
    const { doneBytes, totalBytes } = download;
    const done = formats.bytes(doneBytes);
    const amount =
        totalBytes > 0 ? text.models.progress(done, formats.bytes(totalBytes)) : done;
    return (
        <li className={classes.row}>
            <div className={classes.head}>
                <span className={classes.name}>{download.file}</span>
                <Text size="sm" role="status">
                    {text.models.states[download.state]}
                </Text>
            </div>
            <Text size="sm" c="dimmed" className={classes.facts}>
                {download.url}
            </Text>
            {isRunning(download) && (
                <Progress
                    value={totalBytes > 0 ? (100 * doneBytes) / totalBytes : 100}
                    animated={totalBytes <= 0}
                    size="sm"
                    aria-label={`${download.file}: ${amount}`}
                />
            )}
            {download.problem === null ? (
                <Text size="sm" c="dimmed">
                    {amount}
                </Text>
            ) : (
                <Text size="sm" c="var(--mantine-color-error)" className={classes.facts}>
                    {download.problem}
                </Text>
            )}
        </li>
    );
}

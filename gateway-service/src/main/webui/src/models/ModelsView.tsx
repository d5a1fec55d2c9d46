import { Badge, Center, Loader, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { listModels, type Model } from "../api";
import { isUsable } from "../create/draft";
import { EmptyWall } from "../frame/EmptyWall";
import { Notice } from "../frame/Notice";
import { useSpeech } from "../language/language";
import { CopyButton } from "../picture/CopyButton";
import { sentenceOf } from "../problem";
import { Downloads } from "./Downloads";
import classes from "./ModelsView.module.css";

export function ModelsView() {
    const { text } = useSpeech();
    const models = useQuery({ queryKey: ["models"], queryFn: listModels, refetchInterval: 5_000 });
    return (
        <div className={classes.library}>
            <section className={classes.part}>
                <Title order={2} size="h4">
                    {text.models.title}
                </Title>
                {models.isPending && (
                    <Center p="xl">
                        <Loader type="dots" />
                    </Center>
                )}
                {models.isError && (
                    <Notice onRetry={() => models.refetch()}>{sentenceOf(models.error, text)}</Notice>
                )}
                {models.data?.length === 0 && (
                    <EmptyWall title={text.models.empty} hint={text.models.emptyHint} />
                )}
                <ul className={classes.list}>
                    {models.data?.map((model) => <ModelRow key={model.file} model={model} />)}
                </ul>
            </section>
            <Downloads />
        </div>
    );
}

function ModelRow({ model }: { model: Model }) {
    const { text, formats } = useSpeech();
    const facts = [
        model.file,
        formats.bytes(model.bytes),
        ...(isUsable(model) ? [text.models.native(formats.size(model.width, model.height))] : []),
    ];
    return (
        <li className={classes.row}>
            <div className={classes.head}>
                <span className={classes.name}>{model.name}</span>
                <State model={model} />
            </div>
            <Text size="sm" c="dimmed" className={classes.facts}>
                {facts.join(" · ")}
            </Text>
            {model.hash !== null && (
                <div>
                    <CopyButton
                        what={model.hash}
                        label={text.models.hash}
                        shown={`${text.models.hash} ${model.hash}`}
                    />
                </div>
            )}
            {model.problem !== null && (
                <Text size="sm" c="var(--mantine-color-error)" className={classes.facts}>
                    {model.problem}
                </Text>
            )}
        </li>
    );
}

function State({ model }: { model: Model }) {
    const { text } = useSpeech();
    if (model.problem !== null) {
        return (
            <Badge variant="light" tt="none">
                {text.models.unusable}
            </Badge>
        );
    }
    return (
        <Badge variant="default" tt="none">
            {isUsable(model) ? text.models.ready : text.models.reading}
        </Badge>
    );
}

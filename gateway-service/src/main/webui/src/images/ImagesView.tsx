import { Button, Center, Loader, Title } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type CSSProperties, useEffect, useState } from "react";
import { type Job, listImages, type Parameters, type StoredImage } from "../api";
import { EmptyWall } from "../frame/EmptyWall";
import { Notice } from "../frame/Notice";
import { useSpeech } from "../language/language";
import { MountedPicture } from "../picture/MountedPicture";
import { type Picture, PictureDetail } from "../picture/PictureDetail";
import { sentenceOf } from "../problem";
import classes from "./ImagesView.module.css";

const PAGE = 40;

type ImagesViewProps = {
    onReuse: (parameters: Parameters) => void;
    onBegin: (picture: Picture) => void;
    onJob: (job: Job) => void;
};

/** What the database holds for this user, newest first; older ones come as one scrolls down. */
export function ImagesView({ onReuse, onBegin, onJob }: ImagesViewProps) {
    const { text } = useSpeech();
    const [opened, setOpened] = useState<string | null>(null);
    const query = useInfiniteQuery({
        queryKey: ["images"],
        queryFn: ({ pageParam }) => listImages(pageParam, PAGE),
        initialPageParam: null as number | null,
        getNextPageParam: (last: StoredImage[]) =>
            last.length < PAGE ? undefined : (last.at(-1)?.id ?? undefined),
        refetchOnMount: "always",
    });
    const { hasNextPage, isFetching, fetchNextPage } = query;
    const end = useIntersection({ rootMargin: "600px" });
    const isEndNear = end.entry?.isIntersecting ?? false;
    useEffect(() => {
        if (isEndNear && hasNextPage && !isFetching) {
            void fetchNextPage();
        }
    }, [isEndNear, hasNextPage, isFetching, fetchNextPage]);

    const images = query.data?.pages.flat() ?? [];
    const pictures = images.map(({ picture, parameters, infotext, finishedAt }) => ({
        url: picture,
        parameters,
        infotext,
        finishedAt,
    }));

    if (query.isPending) {
        return (
            <Center p="xl">
                <Loader type="dots" />
            </Center>
        );
    }
    return (
        <section className={classes.gallery}>
            {query.isError && (
                <Notice onRetry={() => query.refetch()}>{sentenceOf(query.error, text)}</Notice>
            )}
            {images.length === 0 && query.isSuccess ? (
                <EmptyWall title={text.images.empty} hint={text.images.emptyHint} />
            ) : (
                <Title order={2} size="h4">
                    {text.images.title}
                </Title>
            )}
            <ul className={classes.wall}>
                {images.map((image) => (
                    <li key={image.id} style={ratioOf(image.parameters)}>
                        <MountedPicture
                            url={image.picture}
                            parameters={image.parameters}
                            onOpen={() => setOpened(image.picture)}
                        />
                    </li>
                ))}
            </ul>
            <div ref={end.ref} />
            {hasNextPage && (
                <Center>
                    <Button variant="default" loading={isFetching} onClick={() => fetchNextPage()}>
                        {text.images.more}
                    </Button>
                </Center>
            )}
            <PictureDetail
                pictures={pictures}
                opened={opened}
                onOpen={setOpened}
                onReuse={onReuse}
                onBegin={onBegin}
                onJob={onJob}
            />
        </section>
    );
}

const ratioOf = ({ width, height }: StoredImage["parameters"]) => ({ "--ratio": width / height }) as CSSProperties;

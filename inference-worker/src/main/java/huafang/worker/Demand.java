package huafang.worker;

import huafang.contracts.broker.Lane;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What there is to do, and who is there to do it.
 *
 * @param images by topic: those that have not ended, also those in work
 * @param members by topic: slots that take images from there
 */
record Demand(Map<String, Long> images, Map<String, Integer> members) {

    /** The group, other than this one, with most images that no slot there can have taken. */
    OptionalInt mostWaiting(int besides) {
        return others(besides, group -> waiting(group) > 0)
                .boxed()
                .max(Comparator.comparingLong(this::waiting))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    /** The next group after this one, going round, with images that nobody is there for. */
    OptionalInt deserted(int besides) {
        int[] deserted =
                others(besides, group -> topics(group).anyMatch(this::isDeserted)).toArray();
        return IntStream.concat(
                        Arrays.stream(deserted).filter(group -> group > besides),
                        Arrays.stream(deserted))
                .findFirst();
    }

    /** How many slots serve a group. */
    int slots(int group) {
        return topics(group).mapToInt(topic -> members.getOrDefault(topic, 0)).sum();
    }

    private IntStream others(int besides, IntPredicate wanted) {
        return images.keySet().stream()
                .flatMapToInt(topic ->
                        Arrays.stream(Lane.values())
                                .flatMapToInt(lane -> lane.groupOf(topic).stream()))
                .distinct()
                .sorted()
                .filter(group -> group != besides && wanted.test(group));
    }

    private long waiting(int group) {
        return topics(group)
                .mapToLong(topic -> images.getOrDefault(topic, 0L) - members.getOrDefault(topic, 0))
                .filter(waiting -> waiting > 0)
                .sum();
    }

    private boolean isDeserted(String topic) {
        return images.getOrDefault(topic, 0L) > 0 && members.getOrDefault(topic, 0) == 0;
    }

    private static Stream<String> topics(int group) {
        return Arrays.stream(Lane.values()).map(lane -> lane.topicName(group));
    }
}

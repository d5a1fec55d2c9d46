package huafang.engine.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Who waits, and whose turn is next: the group of whoever has waited longest, since what was served
 * waits anew. Interactive requests come before bulk, but when bulk has been passed over seven times
 * the eighth turn is its.
 */
final class Turns {
    private static final int MOST_PASSED_OVER = 7;

    private final List<Waiting> waiting = new ArrayList<>(); // the oldest first
    private int passedOver;

    void add(Waiting request) {
        waiting.add(request);
    }

    /** Sends away what belongs to images that are not wanted any more. */
    void dropUnwanted() {
        waiting.removeIf(Waiting::isSentAway);
    }

    /**
     * The next one, which goes on waiting until it is taken; nothing if nobody waits.
     *
     * @param mostRows of a group, which only a single request may exceed
     */
    Optional<Turn> next(ToIntFunction<Group> mostRows) {
        return first().map(first -> {
            List<Waiting> alike =
                    waiting.stream()
                            .filter(other -> other.group().equals(first.group()))
                            .sorted(
                                    Comparator.comparing(
                                            other -> other.priority() != first.priority()))
                            .toList();
            List<Waiting> together = new ArrayList<>();
            int room = mostRows.applyAsInt(first.group());
            for (Waiting request : alike) {
                if (together.isEmpty() || request.rows().count() <= room) {
                    together.add(request);
                    room -= request.rows().count();
                }
            }
            return new Turn(
                    first.priority(), together, together.size() < alike.size() || room <= 0);
        });
    }

    private Optional<Waiting> first() {
        Optional<Waiting> interactive = oldest(Priority.INTERACTIVE);
        Optional<Waiting> bulk = oldest(Priority.BULK);
        boolean isBulksTurn = bulk.isPresent() && passedOver >= MOST_PASSED_OVER;
        return isBulksTurn || interactive.isEmpty() ? bulk : interactive;
    }

    private Optional<Waiting> oldest(Priority priority) {
        return waiting.stream().filter(request -> request.priority() == priority).findFirst();
    }

    /** Who takes a turn waits no more. */
    void take(Turn turn) {
        waiting.removeAll(turn.requests());
        boolean isPassedOver =
                turn.priority() == Priority.INTERACTIVE && oldest(Priority.BULK).isPresent();
        passedOver = isPassedOver ? passedOver + 1 : 0;
    }
}

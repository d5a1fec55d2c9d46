package huafang.engine.batch;

import huafang.engine.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * Requests that are served together.
 *
 * @param priority the one whose turn it is; others may fill it up
 * @param requests at least one, all of one group
 * @param isFull whether more were waiting than have room
 */
record Turn(Priority priority, List<Waiting> requests, boolean isFull) {
    Group group() {
        return requests.getFirst().group();
    }

    /** All that is asked, one request after the other. */
    Rows rows() {
        return Rows.concatenate(requests.stream().map(Waiting::rows).toList());
    }

    /** Gives each request its rows. */
    void answer(Tensor all) {
        int row = 0;
        for (Waiting request : requests) {
            int end = row + request.rows().count();
            request.answer().complete(all.rows(row, end));
            row = end;
        }
    }

    /** A turn for each. */
    Stream<Turn> alone() {
        return requests.stream().map(request -> new Turn(priority, List.of(request), false));
    }
}

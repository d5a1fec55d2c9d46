package huafang.gateway.job;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * What one client is told of a job: the job, each image that changes, and the job again when it has
 * ended. Each time that it is asked it shows the difference to what it told last: a slow client
 * skips steps, and costs nobody anything. {@link #hasNext} waits.
 */
final class EventStream implements Iterator<OutboundSseEvent> {
    private final LiveJob live;
    private final Sse sse;
    private final Duration heartbeat;
    private final Queue<OutboundSseEvent> due = new ArrayDeque<>();
    private LiveJob.Moment told;
    private boolean over;

    EventStream(LiveJob live, Sse sse, Duration heartbeat) {
        this.live = live;
        this.sse = sse;
        this.heartbeat = heartbeat;
        told = live.now();
        due.add(event("job", told.job()));
    }

    @Override
    public boolean hasNext() {
        while (due.isEmpty() && !over) {
            goOn();
        }
        return !due.isEmpty();
    }

    @Override
    public OutboundSseEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the job has ended");
        }
        return due.remove();
    }

    private void goOn() {
        if (told.job().hasEnded()) {
            due.add(event("job", told.job()));
            over = true;
            return;
        }
        if (!hasPassed(told)) {
            due.add(sse.newEventBuilder().comment("still there").build());
            return;
        }
        LiveJob.Moment next = live.now();
        over = next == told; // forgotten: a client that comes again is told by the ledger
        for (JobImage image : next.job().images()) {
            if (!image.equals(told.job().images().get(image.index()))) {
                due.add(event("image", image));
            }
        }
        told = next;
    }

    /** Waits for it, but not for longer than a client should hear nothing. */
    private boolean hasPassed(LiveJob.Moment moment) {
        return moment.passed()
                .thenApply(change -> true)
                .completeOnTimeout(false, heartbeat.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private OutboundSseEvent event(String name, Object data) {
        return sse.newEventBuilder()
                .name(name)
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(data)
                .build();
    }
}

package huafang.gateway.job;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells one client of a job's changes. It shows the difference to what it told last, after that has
 * been sent: a slow client skips steps, and costs nobody anything.
 */
final class EventStream {
    private static final Duration SLOWEST = Duration.ofSeconds(30);

    private final SseEventSink sink;
    private final Sse sse;
    private final Duration heartbeat;

    EventStream(SseEventSink sink, Sse sse, Duration heartbeat) {
        this.sink = sink;
        this.sse = sse;
        this.heartbeat = heartbeat;
    }

    /** Returns when the job has ended or the client is gone. */
    void tell(LiveJob live) {
        try (sink) {
            LiveJob.Moment told = live.now();
            send("job", told.job());
            while (!told.job().hasEnded()) {
                if (!hasPassed(told)) {
                    send(sse.newEventBuilder().comment("still there").build());
                    continue;
                }
                LiveJob.Moment next = live.now();
                if (next == told) {
                    return; // forgotten: a client that comes again is told by the ledger
                }
                for (JobImage image : next.job().images()) {
                    if (!image.equals(told.job().images().get(image.index()))) {
                        send("image", image);
                    }
                }
                told = next;
            }
            send("job", told.job());
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            // The client is gone, or reads nothing: there is nobody to tell.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasPassed(LiveJob.Moment moment)
            throws ExecutionException, InterruptedException {
        try {
            moment.passed().get(heartbeat.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private void send(String name, Object data)
            throws ExecutionException, InterruptedException, TimeoutException {
        send(
                sse.newEventBuilder()
                        .name(name)
                        .mediaType(MediaType.APPLICATION_JSON_TYPE)
                        .data(data)
                        .build());
    }

    private void send(OutboundSseEvent event)
            throws ExecutionException, InterruptedException, TimeoutException {
        sink.send(event).toCompletableFuture().get(SLOWEST.toMillis(), TimeUnit.MILLISECONDS);
    }
}

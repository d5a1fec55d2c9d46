package huafang.storage;

import huafang.contracts.job.Codec;
import huafang.contracts.job.JobEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Tells all who follow a job of an end that storage has seen first. */
@ApplicationScoped
class Decisions {
    private final MutinyEmitter<Record<String, byte[]>> events;

    Decisions(
            @Channel("decisions") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<Record<String, byte[]>> events) {
        this.events = events;
    }

    /** Done when the broker has it. */
    Uni<Void> tell(JobEvent event) {
        return events.send(Record.of(event.jobId().toString(), Codec.encode(event)));
    }
}

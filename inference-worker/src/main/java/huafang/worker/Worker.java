package huafang.worker;

import huafang.contracts.broker.Broker;
import huafang.contracts.broker.Lane;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/** Starts the slots and ends them; ready while all of them live, to take images. */
@Singleton
@Readiness
class Worker implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(Worker.class);

    /** Then the broker's lock still holds until its owner is told. */
    private static final Duration LONGEST_IMAGE = Broker.LOCK.minusMinutes(1);

    /** Without work for that long, other models may be loaded. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    /** Others' models wait no longer for a worker, beside the images in work and the loading. */
    private static final Duration STAY = Duration.ofSeconds(30);

    /** To leave the group. */
    private static final Duration LEAVING = Duration.ofSeconds(5);

    private final WorkerConfig.Worker config;
    private final Map<String, Object> broker;
    private final Painter painter;
    private final Outbox outbox;
    private final Control control;
    private final Closing closing = new Closing();
    private final Residence residence =
            new Residence(IDLE, STAY, RandomGenerator.getDefault(), System.nanoTime());
    private volatile List<Thread> slots = List.of();
    private Admin admin;

    Worker(
            WorkerConfig config,
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            Painter painter,
            Outbox outbox,
            @Identifier("control") Control control) {
        this.config = config.worker();
        this.broker = broker;
        this.painter = painter;
        this.outbox = outbox;
        this.control = control;
    }

    void start(@Observes StartupEvent event) {
        admin = Admin.create(broker);
        var handler =
                new TaskHandler(
                        config.name(),
                        painter,
                        outbox,
                        control,
                        new Deaths(admin, outbox, control, closing),
                        residence,
                        closing,
                        LONGEST_IMAGE,
                        config.longestStep());
        slots = Arrays.stream(Lane.values()).flatMap(lane -> start(lane, handler)).toList();
        if (!slots.isEmpty()) {
            Thread.ofVirtual()
                    .name("scout")
                    .start(new Scout(broker, residence, slots.size(), closing));
        }
    }

    private Stream<Thread> start(Lane lane, TaskHandler handler) {
        return IntStream.range(0, config.slots().orElse(painter.usualSlots()))
                .mapToObj(i ->
                        Thread.ofPlatform()
                                .name(lane + "-" + i)
                                .daemon()
                                .uncaughtExceptionHandler(this::end)
                                .start(
                                        new Slot(
                                                broker,
                                                lane,
                                                residence,
                                                handler,
                                                control.known(),
                                                closing)));
    }

    /** What a slot cannot survive, the process should not: whatever runs it starts it again. */
    private void end(Thread slot, Throwable problem) {
        LOG.fatalf(problem, "%s died, the worker ends", slot.getName());
        Thread.ofPlatform().daemon().start(this::endAnyway);
        Quarkus.asyncExit(1);
    }

    /** A network that hangs may hold up the JVM's own end. */
    private void endAnyway() {
        try {
            Thread.sleep(config.grace().plus(Closing.FAREWELL).plus(LEAVING).plus(LEAVING));
            Runtime.getRuntime().halt(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        closing.begin(config.grace());
        long end =
                System.nanoTime() + config.grace().plus(Closing.FAREWELL).plus(LEAVING).toNanos();
        for (Thread slot : slots) {
            slot.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }

    @Override
    public HealthCheckResponse call() {
        long taking = slots.stream().filter(Thread::isAlive).count();
        return HealthCheckResponse.named("queue")
                .status(taking == slots.size() && taking > 0 && !closing.hasBegun())
                .withData("slots", taking)
                .build();
    }
}

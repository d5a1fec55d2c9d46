package huafang.contracts.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The topics and what must be set on them. */
public enum Topic {
    /**
     * {@link huafang.contracts.job.ImageTask}s: what is to be painted, of the {@link
     * Lane#INTERACTIVE} lane. One partition, which all workers share: of several, Kafka gives each
     * worker some, and an image waits in the partition of a busy worker while another one idles.
     * Images expire long before Kafka forgets them.
     */
    JOBS(Topic.GENERATION_JOBS, 1, Duration.ofDays(30), Map.of()),
    /** Likewise, of the {@link Lane#BULK} lane. */
    JOBS_BULK(Topic.GENERATION_JOBS_BULK, 1, Duration.ofDays(30), Map.of()),
    /** Tasks that workers died over, kept for inspection. */
    JOBS_ASIDE(Topic.GENERATION_JOBS_ASIDE, 1, Duration.ofDays(30), Map.of()),
    /** {@link huafang.contracts.job.JobEvent}s. */
    EVENTS(Topic.GENERATION_EVENTS, 4, Duration.ofDays(7), Map.of()),
    /**
     * {@link huafang.contracts.job.StepsDone}: how far images are, from moment to moment. What is
     * lost here, the next record tells.
     */
    STEPS(
            Topic.GENERATION_STEPS,
            1,
            Duration.ofHours(1),
            Map.of("segment.ms", String.valueOf(Duration.ofMinutes(10).toMillis()))),
    /**
     * {@link huafang.contracts.job.Cancellation}s, keyed by job id, and what workers tell each
     * other of the records that they take: {@link huafang.contracts.job.Begun}, {@link
     * huafang.contracts.job.HandedBack}, {@link huafang.contracts.job.Asked} and {@link
     * huafang.contracts.job.Alive}. Every worker reads all of them before it takes an image.
     */
    CONTROL(
            Topic.GENERATION_CONTROL,
            1,
            Duration.ofDays(7),
            Map.of("cleanup.policy", "compact,delete")),
    /**
     * Finished PNGs, described by {@link huafang.contracts.job.GeneratedImage}. Kept as long as the
     * events that say they are finished: for that time the database may be away, and loses none.
     */
    IMAGES(
            Topic.GENERATED_IMAGES,
            4,
            Duration.ofDays(7),
            Map.of(
                    "max.message.bytes",
                    String.valueOf(Topic.LARGEST_MESSAGE),
                    "compression.type",
                    "uncompressed")),
    /**
     * PNGs that images begin with, keyed by their sha256; {@link
     * huafang.contracts.generation.InputPicture} says where one lies. Kept as long as the images
     * that wait.
     */
    INPUTS(
            Topic.INPUT_IMAGES,
            4,
            Duration.ofDays(7),
            Map.of(
                    "max.message.bytes",
                    String.valueOf(Topic.LARGEST_MESSAGE),
                    "compression.type",
                    "uncompressed"));

    public static final String GENERATION_JOBS = "generation-jobs";
    public static final String GENERATION_JOBS_BULK = "generation-jobs-bulk";
    public static final String GENERATION_JOBS_ASIDE = "generation-jobs-aside";
    public static final String GENERATION_EVENTS = "generation-events";
    public static final String GENERATION_STEPS = "generation-steps";
    public static final String GENERATION_CONTROL = "generation-control";
    public static final String GENERATED_IMAGES = "generated-images";
    public static final String INPUT_IMAGES = "input-images";

    /** Bytes of the largest record, a PNG and its description: 32 MiB. */
    public static final int LARGEST_MESSAGE = 32 << 20;

    private final String topicName;
    private final int partitions;
    private final Duration retention;
    private final Map<String, String> settings;

    Topic(String topicName, int partitions, Duration retention, Map<String, String> settings) {
        this.topicName = topicName;
        this.partitions = partitions;
        this.retention = retention;
        this.settings = settings;
    }

    public String topicName() {
        return topicName;
    }

    /** How long records are kept. */
    public Duration retention() {
        return retention;
    }

    int partitions() {
        return partitions;
    }

    Map<String, String> settings() {
        var all = new HashMap<>(settings);
        all.put("retention.ms", String.valueOf(retention.toMillis()));
        return all;
    }
}

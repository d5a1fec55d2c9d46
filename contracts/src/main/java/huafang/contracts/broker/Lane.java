package huafang.contracts.broker;

/**
 * The two lines that images wait in, so that nobody's hundred images stand before another one's
 * first: whoever has few images on the way is served in the first line, and what is more than a few
 * stands in the second. Workers serve both, and the first one rather.
 */
public enum Lane {
    INTERACTIVE(Topic.JOBS),
    BULK(Topic.JOBS_BULK);

    private final Topic topic;

    Lane(Topic topic) {
        this.topic = topic;
    }

    /** Where its images wait. */
    public Topic topic() {
        return topic;
    }
}

package huafang.contracts.broker;

import java.util.OptionalInt;

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

    /**
     * Where its images of a group of models wait: groups beyond the first have topics of their own,
     * so that workers stay with models that they have loaded.
     *
     * @param group from 0 on
     */
    public String topicName(int group) {
        return group == 0 ? topic.topicName() : topic.topicName() + "-" + group;
    }

    /** Which group's images of this lane wait in the topic; nothing if it is no such topic. */
    public OptionalInt groupOf(String topicName) {
        if (topicName.equals(topic.topicName())) {
            return OptionalInt.of(0);
        }
        String prefix = topic.topicName() + "-";
        String group = topicName.startsWith(prefix) ? topicName.substring(prefix.length()) : "";
        return group.matches("[1-9][0-9]{0,3}")
                ? OptionalInt.of(Integer.parseInt(group))
                : OptionalInt.empty();
    }

    Topic topic() {
        return topic;
    }
}

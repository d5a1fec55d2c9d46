package huafang.contracts.job;

/**
 * What is said of the records of generation-jobs-aside. A record without {@link #SETTLES} is a task
 * in its own bytes; one with it has no value and says that somebody has seen to an earlier one.
 */
public final class KeptAside {
    /** A header: why a task was kept aside, a sentence. */
    public static final String REASON = "huafang-reason";

    /** A header: the offset of the task that needs no more attention, in decimal digits. */
    public static final String SETTLES = "huafang-settles";

    private KeptAside() {}
}

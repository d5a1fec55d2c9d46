package huafang.engine.network;

import java.util.regex.Pattern;

/** Of memory, which the runtime tells of in words alone. */
public final class Shortage {
    /** Of its own allocator, of CUDA, cuBLAS and cuDNN, and of C++. */
    private static final Pattern WORDS =
            Pattern.compile(
                    "out of memory|failed to allocate memory|smaller than requested bytes"
                            + "|alloc(ation)?_failed|bad_alloc",
                    Pattern.CASE_INSENSITIVE);

    private Shortage() {}

    /** Whether that is what went wrong. */
    public static boolean isReasonOf(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError
                    || cause.getMessage() != null && WORDS.matcher(cause.getMessage()).find()) {
                return true;
            }
        }
        return false;
    }
}

package huafang.gateway.problem;

import java.time.Duration;
import java.util.Optional;

/** Ends a request with a {@link Problem}. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;
    private final Duration retryAfter;

    private ProblemException(Problem problem, Throwable cause) {
        this(problem, null, cause);
    }

    private ProblemException(Problem problem, Duration retryAfter, Throwable cause) {
        super(problem.detail(), cause);
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    /** There is no such thing, or it is another owner's. */
    public static ProblemException notFound(String sentence) {
        return of(404, sentence);
    }

    /** Something that the gateway needs is away: the same request may succeed later. */
    public static ProblemException unavailable(String sentence, Throwable cause) {
        return new ProblemException(Problem.of(503, sentence), cause);
    }

    /**
     * More is asked for than can be done soon.
     *
     * @param retryAfter when it may be different
     */
    public static ProblemException tooMany(String sentence, Duration retryAfter) {
        return new ProblemException(Problem.of(429, sentence), retryAfter, null);
    }

    /**
     * @param status of HTTP
     */
    public static ProblemException of(int status, String sentence) {
        return new ProblemException(Problem.of(status, sentence), null);
    }

    /**
     * @param status of HTTP
     * @param field what in the request is wrong
     */
    public static ProblemException of(
            int status, String sentence, String field, String found, String allowed) {
        String title = Problem.of(status, sentence).title();
        return new ProblemException(
                new Problem(title, status, sentence, field, found, allowed), null);
    }

    Problem problem() {
        return problem;
    }

    /** Nothing where that cannot be told. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}

package huafang.gateway.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import huafang.contracts.generation.InvalidParameterException;
import jakarta.ws.rs.core.Response.Status;

/**
 * Why a request was refused (RFC 9457).
 *
 * @param title the status in words
 * @param status of HTTP
 * @param detail one sentence
 * @param field what in the request is wrong, where it is one thing
 * @param found what stood there
 * @param allowed what may stand there
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String title, int status, String detail, String field, String found, String allowed) {
    static final int UNPROCESSABLE = 422;

    static Problem of(int status, String detail) {
        return new Problem(title(status), status, detail, null, null, null);
    }

    static Problem of(InvalidParameterException e) {
        return new Problem(
                title(UNPROCESSABLE),
                UNPROCESSABLE,
                e.getMessage(),
                e.field(),
                e.found(),
                e.allowed());
    }

    private static String title(int status) {
        if (status == UNPROCESSABLE) {
            return "Unprocessable Content";
        }
        Status known = Status.fromStatusCode(status);
        return known == null ? "Error" : known.getReasonPhrase();
    }
}

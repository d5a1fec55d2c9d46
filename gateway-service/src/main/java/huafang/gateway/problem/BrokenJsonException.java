package huafang.gateway.problem;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/** A request's body that is no JSON. */
public final class BrokenJsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long offset;

    public BrokenJsonException(JsonProcessingException cause) {
        super(sentence(cause), cause);
        this.offset = cause.getLocation() == null ? 0 : cause.getLocation().getByteOffset();
    }

    /** Bytes before the place where reading ended. */
    long offset() {
        return offset;
    }

    private static String sentence(JsonProcessingException e) {
        JsonLocation place = e.getLocation();
        return place == null
                ? "The body is no JSON: " + e.getOriginalMessage()
                : "The body is no JSON: line %d, column %d: %s"
                        .formatted(place.getLineNr(), place.getColumnNr(), e.getOriginalMessage());
    }
}

package huafang.contracts.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The JSON of the messages: UTF-8, instants as ISO 8601 text, unknown fields ignored. */
public final class Codec {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private Codec() {}

    public static byte[] encode(Object message) {
        try {
            return JSON.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + message, e);
        }
    }

    /**
     * @throws IllegalArgumentException if the bytes are no valid message of that type
     */
    public static <T> T decode(byte[] bytes, Class<T> type) {
        try {
            T message = JSON.readValue(bytes, type);
            if (message != null) {
                return message;
            }
            throw unreadable(bytes, type, null);
        } catch (IOException e) {
            throw unreadable(bytes, type, e);
        }
    }

    private static IllegalArgumentException unreadable(
            byte[] bytes, Class<?> type, IOException cause) {
        int length = Math.min(bytes.length, 200);
        String excerpt = new String(bytes, 0, length, StandardCharsets.UTF_8);
        return new IllegalArgumentException(
                "%s: found %s".formatted(type.getSimpleName(), excerpt), cause);
    }
}

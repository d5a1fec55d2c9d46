package huafang.gateway.input;

import huafang.contracts.generation.InvalidParameterException;
import java.util.Base64;

/** A file in a text: base64, perhaps as a data URL. */
public final class Base64File {
    /** What is no base64 is told. */
    public static final String ALLOWED = "a picture in base64";

    private Base64File() {}

    /** Only lines make the one necessary that passes over what it does not know. */
    private static Base64.Decoder decoder(String base64) {
        return base64.strip().indexOf('\n') < 0 ? Base64.getDecoder() : Base64.getMimeDecoder();
    }

    /**
     * The file's bytes.
     *
     * @param field where the text stands
     * @throws InvalidParameterException if it is another text
     */
    public static byte[] read(String field, String text) {
        if (text.startsWith("http://") || text.startsWith("https://")) {
            throw new InvalidParameterException(
                    field,
                    text,
                    "the picture itself, in base64: addresses of other servers are not visited");
        }
        try {
            String base64 = text.startsWith("data:") ? text.substring(text.indexOf(',') + 1) : text;
            return decoder(base64).decode(base64.strip());
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException(field, text, ALLOWED);
        }
    }
}

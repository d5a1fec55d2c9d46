package huafang.contracts.generation;

/**
 * A parameter that no image can be made with: names the field, what was found and what is allowed.
 */
public final class InvalidParameterException extends IllegalArgumentException {
    private static final int LONGEST_QUOTE = 80;

    private final String field;
    private final String found;
    private final String allowed;

    public InvalidParameterException(String field, Object found, String allowed) {
        this(field, allowed, quote(found));
    }

    private InvalidParameterException(String field, String allowed, String quoted) {
        super("%s: found %s, allowed: %s".formatted(field, quoted, allowed));
        this.field = field;
        this.found = quoted;
        this.allowed = allowed;
    }

    /** The same problem of a field of another name. */
    public InvalidParameterException of(String otherField) {
        return new InvalidParameterException(otherField, allowed, found);
    }

    public String field() {
        return field;
    }

    public String found() {
        return found;
    }

    public String allowed() {
        return allowed;
    }

    private static String quote(Object found) {
        String text = String.valueOf(found);
        int end = Math.min(text.length(), LONGEST_QUOTE);
        String shown = end < text.length() ? text.substring(0, end) + "…" : text;
        return found instanceof CharSequence ? "\"" + shown + "\"" : shown;
    }
}

package huafang.contracts.job;

/** A message with a hole cannot exist. */
final class Required {
    private Required() {}

    static void all(String message, Object... values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                throw new IllegalArgumentException(
                        "%s: required value number %d is missing".formatted(message, i + 1));
            }
        }
    }
}

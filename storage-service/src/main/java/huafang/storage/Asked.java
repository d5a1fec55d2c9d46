package huafang.storage;

import jakarta.ws.rs.BadRequestException;

/** Query parameters that must be there. */
final class Asked {
    private static final int LONGEST = 255;

    private Asked() {}

    /**
     * Outer blanks are refused because columns do not tell "a" from "a ".
     *
     * @throws BadRequestException if it is missing, too long for its column, or has outer blanks
     */
    static void text(String name, String value) {
        if (value == null
                || value.isEmpty()
                || value.length() > LONGEST
                || !value.equals(value.strip())) {
            throw new BadRequestException(
                    "%s: expected 1 to %d characters without outer blanks"
                            .formatted(name, LONGEST));
        }
    }
}

package huafang.engine.sampling;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds what people call by one of several names. */
final class Names {
    private Names() {}

    static <T> T find(
            String what,
            String name,
            T[] all,
            Function<T, String> label,
            Function<T, List<String>> aliases) {
        return lookUp(name, all, label, aliases)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "%s: found '%s', allowed: %s"
                                        .formatted(
                                                what,
                                                name,
                                                Arrays.stream(all)
                                                        .map(label)
                                                        .collect(Collectors.joining(", ")))));
    }

    static <T> Optional<T> lookUp(
            String name, T[] all, Function<T, String> label, Function<T, List<String>> aliases) {
        return Arrays.stream(all)
                .filter(each ->
                        label.apply(each).equalsIgnoreCase(name)
                                || aliases.apply(each).stream().anyMatch(name::equalsIgnoreCase))
                .findFirst();
    }
}

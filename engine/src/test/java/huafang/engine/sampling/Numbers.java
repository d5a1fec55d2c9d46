package huafang.engine.sampling;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Stored results of an independent implementation: a name, a tab, numbers. */
record Numbers(Map<String, double[]> rows) {
    static Numbers of(String file) {
        var rows = new LinkedHashMap<String, double[]>();
        try (var stream = Numbers.class.getResourceAsStream(file)) {
            for (String line : new String(stream.readAllBytes(), UTF_8).split("\n")) {
                int tab = line.indexOf('\t');
                rows.put(
                        line.substring(0, tab),
                        Arrays.stream(line.substring(tab + 1).split(" "))
                                .mapToDouble(Double::parseDouble)
                                .toArray());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Numbers(rows);
    }

    double[] row(String name) {
        return rows.get(name);
    }

    /** The names that begin with a word. */
    String[] names(String word) {
        return rows.keySet().stream()
                .filter(name -> name.startsWith(word + " "))
                .toArray(String[]::new);
    }

    /** The largest absolute difference, or infinity if the lengths differ. */
    static double distance(float[] found, double[] expected) {
        if (found.length != expected.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        for (int i = 0; i < found.length; i++) {
            double difference = Math.abs(found[i] - expected[i]);
            largest = difference <= largest ? largest : difference;
        }
        return largest;
    }
}

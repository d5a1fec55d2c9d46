package huafang.worker;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was heard of lately: when more is heard, what is older than may matter is forgotten.
 *
 * @param <K> what it is known by
 * @param <V> what was said
 */
final class Recent<K, V> {
    private final Map<K, Heard<V>> heard = new LinkedHashMap<>(); // the oldest first
    private final long age;

    private record Heard<V>(V word, long nanoTime) {}

    Recent(Duration age) {
        this.age = age.toNanos();
    }

    synchronized void add(K key, V word, long nanoTime) {
        heard.putIfAbsent(key, new Heard<>(word, nanoTime));
        var oldest = heard.values().iterator();
        while (nanoTime - oldest.next().nanoTime() > age) {
            oldest.remove();
        }
    }

    synchronized boolean contains(K key) {
        return heard.containsKey(key);
    }

    synchronized Optional<V> find(K key) {
        return Optional.ofNullable(heard.get(key)).map(Heard::word);
    }
}

package huafang.worker;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was heard of lately: when more is heard, what is older than may matter is forgotten.
 *
 * @param <K> what it is known by
 */
final class Recent<K> {
    private final Map<K, Long> heard = new LinkedHashMap<>(); // the oldest first
    private final long age;

    Recent(Duration age) {
        this.age = age.toNanos();
    }

    synchronized void add(K key, long nanoTime) {
        heard.remove(key);
        heard.put(key, nanoTime);
        var oldest = heard.values().iterator();
        while (nanoTime - oldest.next() > age) {
            oldest.remove();
        }
    }

    synchronized boolean contains(K key) {
        return heard.containsKey(key);
    }
}

package huafang.engine.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a safetensors file says of itself: free text by key, and its tensors by name, in the file's
 * own order.
 */
record Header(Map<String, String> metadata, Map<String, TensorInfo> tensors) {
    Header {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }
}

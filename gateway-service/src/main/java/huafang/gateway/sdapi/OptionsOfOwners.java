package huafang.gateway.sdapi;

import huafang.gateway.request.Fields;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Each owner's options, in this replica's memory: they go with it, and another replica has its own.
 * Clients of a cluster name the model in each request ({@code override_settings}).
 */
@Singleton
class OptionsOfOwners {
    private final Map<String, Fields> options = new ConcurrentHashMap<>();

    Fields of(String owner) {
        return options.getOrDefault(owner, Fields.NONE);
    }

    void set(String owner, Fields chosen) {
        options.put(owner, chosen);
    }
}

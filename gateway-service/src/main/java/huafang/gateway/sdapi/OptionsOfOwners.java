package huafang.gateway.sdapi;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Each owner's options, in this replica's memory: they go with it, and another replica has its own.
 * Clients of a cluster name the model in each request ({@code override_settings}).
 */
@Singleton
class OptionsOfOwners {
    private final Map<String, Options> options = new ConcurrentHashMap<>();

    Options of(String owner) {
        return options.getOrDefault(owner, Options.DEFAULT);
    }

    void set(String owner, Options chosen) {
        options.put(owner, chosen);
    }
}

package huafang.gateway.sdapi;

import huafang.contracts.generation.Rng;

/**
 * What an owner chose for all requests that say nothing else.
 *
 * @param model any name of a checkpoint, or null for the first usable one
 * @param rng whose random numbers
 */
record Options(String model, Rng rng) {
    static final Options DEFAULT = new Options(null, Rng.NV);
}

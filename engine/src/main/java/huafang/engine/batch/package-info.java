/**
 * Shares a device among the pictures in work, step by step: {@link huafang.engine.batch.Batcher}
 * gathers what their samplers ask a network, runs what can share a call as one, and hands each its
 * rows. It knows of networks only that they predict noise, so that its tests need none.
 */
package huafang.engine.batch;

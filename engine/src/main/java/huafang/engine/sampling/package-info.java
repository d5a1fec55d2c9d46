/**
 * From noise to latents: a {@link huafang.engine.sampling.Sampler} walks down the noise levels that
 * a {@link huafang.engine.sampling.Schedule} chose, asking a {@link
 * huafang.engine.sampling.Denoiser} at each one, and draws any noise from a seeded {@link
 * huafang.engine.sampling.NoiseSource} that an {@link huafang.engine.sampling.ImageNoise} began.
 * Only a {@link huafang.engine.sampling.Prediction} knows what the network was trained to predict.
 */
package huafang.engine.sampling;

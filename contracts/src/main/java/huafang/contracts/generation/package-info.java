/**
 * What may be asked of a diffusion model: the parameters of one image, their ranges and names. A
 * {@link huafang.contracts.generation.GenerationParameters} that exists is valid.
 */
package huafang.contracts.generation;

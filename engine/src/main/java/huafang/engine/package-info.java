/**
 * Stable Diffusion as a library: {@link huafang.engine.StableDiffusion} takes a checkpoint and
 * paints one {@link huafang.engine.Picture} for each {@link huafang.engine.Request}; {@link
 * huafang.engine.Main} is the same from a shell.
 */
package huafang.engine;

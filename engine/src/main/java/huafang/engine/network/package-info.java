/**
 * Stable Diffusion's networks, each a function from weights and values to values that reads like
 * its paper, the way a CPU computes their layers best, and the sessions that run them.
 */
package huafang.engine.network;

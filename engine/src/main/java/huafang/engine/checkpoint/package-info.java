/**
 * Checkpoint files: what may be believed of an untrusted safetensors file, and which model its
 * tensors' shapes describe. Needs nothing but the JDK, so that a downloader can check a file with
 * the parser that later loads it.
 */
package huafang.engine.checkpoint;

package huafang.engine.adapter;

import java.nio.file.Path;

/**
 * A LoRA file and how much of it.
 *
 * @param text of its change to the text encoder; 1 is what it was trained for
 * @param unet of its change to the U-Net
 */
public record Lora(Path file, double text, double unet) {}

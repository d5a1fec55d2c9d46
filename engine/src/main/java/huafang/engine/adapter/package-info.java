/**
 * Small files that change a checkpoint while it paints: LoRA and its kin. A {@link
 * huafang.engine.adapter.LoraFile} is read in whichever dialect it is written, {@link
 * huafang.engine.adapter.LayerNames} finds the checkpoint's weights behind its names, and {@link
 * huafang.engine.adapter.Adapters} are the products of two thin matrices that the networks add to
 * what those weights make.
 */
package huafang.engine.adapter;

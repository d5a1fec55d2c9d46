/**
 * Pictures of eight bits that are painted over: read from untrusted files by {@link
 * huafang.engine.pixels.PictureFile}, brought to a size by a {@link
 * huafang.engine.pixels.ResizeMode}. The arithmetic is Pillow's, to the bit: what is painted over
 * decides what is painted.
 */
package huafang.engine.pixels;

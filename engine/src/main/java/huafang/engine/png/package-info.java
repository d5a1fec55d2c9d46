/** Pictures as PNG files that carry text. */
package huafang.engine.png;

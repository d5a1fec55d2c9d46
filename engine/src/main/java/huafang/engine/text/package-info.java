/**
 * From a prompt to token numbers: CLIP's byte-pair encoding, and its division into chunks of the 77
 * tokens that a text encoder takes at once.
 */
package huafang.engine.text;

/**
 * From a prompt to what a text encoder says about it. {@link huafang.engine.text.PromptTags} takes
 * out what it says in angle brackets; {@link huafang.engine.text.PromptPart} divides it at each
 * AND, {@link huafang.engine.text.PromptStage} in time, {@link huafang.engine.text.WeightedText} by
 * emphasis, {@link huafang.engine.text.ClipTokenizer} into tokens, {@link
 * huafang.engine.text.Chunks} into the 77 that an encoder takes at once; {@link
 * huafang.engine.text.PromptEncoder} has them encoded and weighs the vectors.
 */
package huafang.engine.text;

package huafang.engine.checkpoint;

/**
 * The sizes of a CLIP text encoder.
 *
 * @param vocabulary rows of the token table
 * @param length tokens per prompt, start and end included
 * @param width of every token's vector
 * @param layers transformer layers
 * @param heads attention heads; CLIP's text towers have 64 channels per head
 */
public record TextConfig(int vocabulary, int length, int width, int layers, int heads) {
    private static final int HEAD_WIDTH = 64;

    static TextConfig detect(Shapes text) {
        Shapes embeddings = text.sub("embeddings");
        int width = embeddings.size("token_embedding.weight", 2, 1);
        if (width % HEAD_WIDTH != 0) {
            throw text.refusal(
                    "a text encoder whose width is a multiple of " + HEAD_WIDTH, "" + width);
        }
        return new TextConfig(
                embeddings.size("token_embedding.weight", 2, 0),
                embeddings.size("position_embedding.weight", 2, 0),
                width,
                text.sub("encoder").sub("layers").count("layer_norm1.weight"),
                width / HEAD_WIDTH);
    }
}

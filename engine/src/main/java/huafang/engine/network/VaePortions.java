package huafang.engine.network;

import huafang.engine.tensor.Tensor;
import java.util.Optional;

/**
 * In which portions half of an autoencoder takes a picture: whole, or in pieces if it is large. If
 * memory does not suffice, in ever smaller ones: other pictures may need it at that moment.
 *
 * @param times how much longer sides become
 * @param over how much shorter, and the unit of their lengths
 * @param wrapped whether pieces see the opposite edge
 */
record VaePortions(Half half, VaeTiles tiles, int times, int over, boolean wrapped) {
    /** What takes them. */
    interface Half {
        Tensor whole(Tensor x);

        Pieces pieces();
    }

    /** What takes a picture's pieces. */
    interface Pieces extends AutoCloseable {
        /** What normalises pieces alike, from the picture made small. */
        Tensor statistics(Tensor small);

        Tensor piece(Tensor x, Tensor statistics);

        @Override
        void close();
    }

    /**
     * The output for one picture.
     *
     * @param x latents or a picture [1, c, h, w]
     */
    Tensor of(Tensor x) {
        Tiles pieces = tiles.of(x, over);
        try {
            return pieces.count(x) == 1 ? half.whole(x) : inPieces(x, pieces);
        } catch (RuntimeException | OutOfMemoryError problem) {
            Optional<VaeTiles> smaller = tiles.halved(x, over);
            if (!Shortage.isReasonOf(problem) || smaller.isEmpty()) {
                throw problem;
            }
            return new VaePortions(half, smaller.get(), times, over, wrapped).of(x);
        }
    }

    private Tensor inPieces(Tensor x, Tiles sizes) {
        int edge = wrapped ? sizes.overlap() : 0;
        try (Pieces pieces = half.pieces()) {
            Tensor statistics = pieces.statistics(tiles.small(x, over));
            return sizes.map(x.wrapped(edge), times, over, piece -> pieces.piece(piece, statistics))
                    .cut(
                            edge * times / over,
                            edge * times / over,
                            x.size(2) * times / over,
                            x.size(3) * times / over);
        }
    }
}

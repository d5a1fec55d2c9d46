package huafang.engine.network;

import huafang.engine.graph.Value;

/**
 * The layers that Stable Diffusion's networks are made of. An implementation chooses number format,
 * the order of a picture's dimensions and which of the runtime's operators it takes, whatever its
 * processor computes best; a network sees none of it.
 */
interface Layers {
    /** A picture from outside, floats [b, c, h, w], in the order of dimensions computed with. */
    Value enter(Value picture);

    /** The other way round: floats [b, c, h, w]. */
    Value leave(Value picture);

    /** Floats from outside in the format computed with. */
    Value numbers(Value floats);

    /** How many channels a picture has. */
    long channels(Value picture);

    /**
     * A convolution with bias to so many channels that keeps the size, or halves it at stride 2.
     */
    Value conv(Weights w, Value x, long out, int kernel, int stride);

    default Value conv(Weights w, Value x, long out, int kernel) {
        return conv(w, x, out, kernel, 1);
    }

    /** A convolution of width 3 that halves an even size, padded as the autoencoder pads it. */
    Value convHalving(Weights w, Value x, long out);

    /** A linear map of the last dimension, with bias. */
    Value linear(Weights w, Value x, long out);

    /** The same added to another value. */
    Value addLinear(Value added, Weights w, Value x);

    /** Group normalisation of a picture with 32 groups. */
    Value groupNorm(Weights w, Value x, float epsilon);

    /** The same, then SiLU. */
    default Value groupNormSilu(Weights w, Value x, float epsilon) {
        return silu(groupNorm(w, x, epsilon));
    }

    /** The same of a picture plus one number per row and channel, added [b, c]. */
    Value groupNormSilu(Weights w, Value x, Value added, float epsilon);

    Value layerNorm(Weights w, Value x);

    Value silu(Value x);

    /** A picture's numbers where they are positive, else times their channel's own slope. */
    Value leakyRelu(Weights w, Value picture);

    /**
     * What tokens x [b, n, c] find in a context [b, m, w], which may be they themselves, by the
     * weights to_q, to_k and to_v.
     */
    Value attention(Weights w, Value x, Value context, int heads);

    /** What tokens find that are each one head's query, key and value. */
    Value attention(Value query, Value key, Value value);

    /**
     * A linear map to twice so many numbers, of which one half gates the other: Shazeer, "GLU
     * Variants Improve Transformer", 2020.
     */
    Value gated(Weights w, Value x, long out);

    /** A picture as tokens [b, h·w, c]. */
    Value toTokens(Value picture);

    /** Tokens as a picture of the shape of another. */
    Value toPicture(Value tokens, Value like);

    /** Puts the channels of two pictures of one size one after the other. */
    Value beside(Value a, Value b);

    /** So many channels of a picture. */
    Value firstChannels(Value picture, long count);

    /** Doubles height and width of a picture, every value four times. */
    Value upsample(Value picture);

    /** Brings a picture to the height and width of another, taking the nearest values. */
    Value resizeLike(Value picture, Value other);

    /**
     * The sinusoid of each timestep [b]: cosines, then sines, of ever lower frequencies [b, width].
     */
    Value sinusoid(Value timesteps, int width);
}

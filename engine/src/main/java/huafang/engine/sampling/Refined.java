package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;
import java.util.function.IntFunction;

/** A denoiser that another one takes over from. Of one picture: it counts its calls. */
public final class Refined implements Denoiser {
    private final IntFunction<Denoiser> refiner;
    private final Moment moment;
    private Denoiser model;
    private boolean refined;
    private int calls;

    /** When the other one takes over. */
    @FunctionalInterface
    public interface Moment {
        /**
         * Whether it does so now, or would have before.
         *
         * @param call of the picture, from 0
         */
        boolean hasCome(int call, float sigma);

        /** After a part of so many calls. */
        static Moment ofCalls(double part, int calls) {
            return (call, sigma) -> (double) call / calls >= part;
        }

        /** Below the noise levels above a part of the timesteps. */
        static Moment ofLevels(double part, NoiseLevels levels) {
            return (call, sigma) ->
                    (levels.count() - 1 - levels.nearest(sigma)) / (double) levels.count() >= part;
        }
    }

    /**
     * @param refiner the other one, made when it takes over after so many calls
     */
    public Refined(Denoiser model, IntFunction<Denoiser> refiner, Moment moment) {
        this.model = model;
        this.refiner = refiner;
        this.moment = moment;
    }

    @Override
    public Tensor denoise(Tensor x, float sigma) {
        return at(sigma).denoise(x, sigma);
    }

    @Override
    public Guided guided(Tensor x, float sigma) {
        return at(sigma).guided(x, sigma);
    }

    private Denoiser at(float sigma) {
        if (!refined && moment.hasCome(calls, sigma)) {
            refined = true;
            model = refiner.apply(calls);
        }
        calls++;
        return model;
    }
}

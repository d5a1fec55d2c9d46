package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/** Shows a listener what another denoiser finds. */
record Shown(Denoiser model, StepListener listener) implements Denoiser {
    @Override
    public Tensor denoise(Tensor x, float sigma) {
        Tensor denoised = model.denoise(x, sigma);
        listener.expects(denoised);
        return denoised;
    }

    @Override
    public Guided guided(Tensor x, float sigma) {
        Guided views = model.guided(x, sigma);
        listener.expects(views.denoised());
        return views;
    }
}

package huafang.worker;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.MaskedContent;
import huafang.contracts.generation.PromptReading;
import huafang.contracts.generation.Start;
import huafang.engine.HiresFix;
import huafang.engine.Img2Img;
import huafang.engine.Inpainting;
import huafang.engine.Request;
import huafang.engine.Txt2Img;
import huafang.engine.adapter.AddOns;
import huafang.engine.pixels.ResizeMode;
import huafang.engine.sampling.LatentUpscale;
import huafang.engine.sampling.NoiseOptions;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.SamplerOptions;
import huafang.engine.sampling.SamplingOptions;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.ScheduleOptions;
import huafang.engine.text.Emphasis;
import java.util.Optional;

/** The contract's words in the engine's. */
final class Translation {
    private Translation() {}

    /** What is asked for. */
    static Request toEngine(GenerationParameters image, Lender lender) {
        Txt2Img text = text(image, lender.addOns());
        Start start = image.start();
        if (image.hires() != null) {
            return hires(text, image.hires(), lender);
        }
        return start == null
                ? text
                : new Img2Img(
                        text,
                        lender.picture(start.picture()),
                        resizeMode(start.resize()),
                        start.strength(),
                        start.noiseMultiplier(),
                        Optional.ofNullable(start.inpainting())
                                .map(inpainting -> inpainting(inpainting, lender)));
    }

    private static HiresFix hires(Txt2Img text, Hires hires, Lender lender) {
        boolean byScale = hires.width() == 0 && hires.height() == 0;
        return new HiresFix(
                text,
                byScale
                        ? HiresFix.Size.by(text, hires.scale())
                        : HiresFix.Size.to(text, hires.width(), hires.height()),
                Hires.LATENT.contains(hires.upscaler())
                        ? new HiresFix.Enlargement.OfLatents(LatentUpscale.named(hires.upscaler()))
                        : new HiresFix.Enlargement.OfPixels(
                                lender.upscaler(hires.upscaler(), hires.upscalerFile())),
                hires.strength(),
                new HiresFix.Second(
                        hires.steps(),
                        hires.prompt(),
                        hires.negativePrompt(),
                        Optional.ofNullable(hires.sampler()).map(Translation::sampler),
                        Optional.ofNullable(hires.scheduler()).map(Translation::schedule),
                        Optional.ofNullable(hires.checkpoint())
                                .map(model -> () -> lender.checkpoint(model))));
    }

    private static Inpainting inpainting(
            huafang.contracts.generation.Inpainting inpainting, Lender lender) {
        return new Inpainting(
                lender.picture(inpainting.mask()).mask(inpainting.round()),
                inpainting.inverted(),
                inpainting.blurX(),
                inpainting.blurY(),
                inpainting.round(),
                fill(inpainting.content()),
                inpainting.onlyMasked(),
                inpainting.padding(),
                inpainting.weight());
    }

    static Inpainting.Fill fill(MaskedContent content) {
        return switch (content) {
            case FILL -> Inpainting.Fill.FILL;
            case ORIGINAL -> Inpainting.Fill.ORIGINAL;
            case LATENT_NOISE -> Inpainting.Fill.LATENT_NOISE;
            case LATENT_NOTHING -> Inpainting.Fill.LATENT_NOTHING;
        };
    }

    static ResizeMode resizeMode(huafang.contracts.generation.ResizeMode mode) {
        return switch (mode) {
            case JUST_RESIZE -> ResizeMode.JUST_RESIZE;
            case CROP_AND_RESIZE -> ResizeMode.CROP_AND_RESIZE;
            case RESIZE_AND_FILL -> ResizeMode.RESIZE_AND_FILL;
            case LATENT_UPSCALE -> ResizeMode.LATENT_UPSCALE;
        };
    }

    private static Txt2Img text(GenerationParameters image, AddOns addOns) {
        return new Txt2Img(
                image.prompt(),
                image.negativePrompt(),
                image.width(),
                image.height(),
                image.steps(),
                sampler(image.sampler()),
                schedule(image.scheduler()),
                image.cfgScale(),
                image.seed(),
                rng(image.rng()),
                reading(image.reading(), addOns),
                options(image.options()));
    }

    private static SamplingOptions options(huafang.contracts.generation.SamplingOptions options) {
        return new SamplingOptions(
                new SamplerOptions(
                        options.eta(),
                        options.churn(),
                        options.churnFrom(),
                        options.churnTo() == null ? Double.POSITIVE_INFINITY : options.churnTo(),
                        options.noiseScale()),
                new ScheduleOptions(
                        options.sigmaMin(),
                        options.sigmaMax(),
                        options.rho(),
                        options.discardNextToLastSigma()),
                new NoiseOptions(
                        options.subseed(),
                        options.subseedStrength(),
                        options.seedResizeFromWidth(),
                        options.seedResizeFromHeight(),
                        options.seedDelta()));
    }

    static Sampler sampler(huafang.contracts.generation.Sampler sampler) {
        return switch (sampler) {
            case DPMPP_2M -> Sampler.DPMPP_2M;
            case DPMPP_SDE -> Sampler.DPMPP_SDE;
            case DPMPP_2M_SDE -> Sampler.DPMPP_2M_SDE;
            case DPMPP_2M_SDE_HEUN -> Sampler.DPMPP_2M_SDE_HEUN;
            case DPMPP_2S_A -> Sampler.DPMPP_2S_A;
            case DPMPP_3M_SDE -> Sampler.DPMPP_3M_SDE;
            case EULER_A -> Sampler.EULER_A;
            case EULER -> Sampler.EULER;
            case LMS -> Sampler.LMS;
            case HEUN -> Sampler.HEUN;
            case DPM2 -> Sampler.DPM2;
            case DPM2_A -> Sampler.DPM2_A;
            case DPM_FAST -> Sampler.DPM_FAST;
            case DPM_ADAPTIVE -> Sampler.DPM_ADAPTIVE;
            case RESTART -> Sampler.RESTART;
            case DDIM -> Sampler.DDIM;
            case DDIM_CFGPP -> Sampler.DDIM_CFGPP;
            case PLMS -> Sampler.PLMS;
            case UNIPC -> Sampler.UNIPC;
            case LCM -> Sampler.LCM;
        };
    }

    static Schedule schedule(huafang.contracts.generation.Scheduler scheduler) {
        return switch (scheduler) {
            case AUTOMATIC -> Schedule.AUTOMATIC;
            case UNIFORM -> Schedule.UNIFORM;
            case KARRAS -> Schedule.KARRAS;
            case EXPONENTIAL -> Schedule.EXPONENTIAL;
            case POLYEXPONENTIAL -> Schedule.POLYEXPONENTIAL;
            case SGM_UNIFORM -> Schedule.SGM_UNIFORM;
            case KL_OPTIMAL -> Schedule.KL_OPTIMAL;
            case ALIGN_YOUR_STEPS -> Schedule.ALIGN_YOUR_STEPS;
            case SIMPLE -> Schedule.SIMPLE;
            case NORMAL -> Schedule.NORMAL;
            case DDIM -> Schedule.DDIM;
            case BETA -> Schedule.BETA;
        };
    }

    static Rng rng(huafang.contracts.generation.Rng rng) {
        return switch (rng) {
            case NV -> Rng.NV;
            case CPU -> Rng.CPU;
        };
    }

    static Txt2Img.Reading reading(PromptReading reading, AddOns addOns) {
        return new Txt2Img.Reading(reading.clipSkip(), emphasis(reading.emphasis()), addOns);
    }

    static Emphasis emphasis(huafang.contracts.generation.Emphasis emphasis) {
        return switch (emphasis) {
            case ORIGINAL -> Emphasis.ORIGINAL;
            case NO_NORM -> Emphasis.NO_NORM;
            case IGNORE -> Emphasis.IGNORE;
            case NONE -> Emphasis.NONE;
        };
    }
}

package huafang.engine.network;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import huafang.engine.checkpoint.Family;
import huafang.engine.graph.Type;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What networks run on: which layers they are made of, and how the runtime is told. */
public enum Device {
    /** All processors; a row keeps its bits in any company, since every row runs by itself. */
    CPU {
        @Override
        Layers unet(Family family, Set<String> adapted, Borders borders) {
            return new CpuLayers(adapted, GroupStatistics.OWN, borders);
        }

        @Override
        Layers vae(Family family, Borders borders) {
            return new CpuLayers(Set.of(), GroupStatistics.OWN, borders);
        }

        @Override
        Layers upscaler() {
            return new CpuLayers(Set.of());
        }

        @Override
        public boolean runsRowsTogether() {
            return false;
        }

        @Override
        public Optional<DeviceMemory> memory() {
            return Optional.empty();
        }

        @Override
        String shrunk(Network.Use use) {
            return "cpu:0";
        }

        @Override
        boolean readsWeightsInPlace() {
            return true;
        }

        @Override
        void configure(OrtSession.SessionOptions options) throws OrtException {
            // It computes with kernels in advance, but they are read in place.
            options.addConfigEntry("optimization.disable_specified_optimizers", "ConvMulFusion");
        }
    },

    /** The first NVIDIA GPU that CUDA shows; a batch is one call. */
    CUDA {
        @Override
        Layers unet(Family family, Set<String> adapted, Borders borders) {
            // The queries of 2.x are too long for half precision.
            Type attention = family == Family.SD_2 ? Type.FLOAT : Type.FLOAT16;
            return new CudaLayers(adapted, Type.FLOAT16, attention, borders);
        }

        @Override
        Layers vae(Family family, Borders borders) {
            Type type =
                    switch (family) {
                        case SD_1, SD_2 -> Type.FLOAT16;
                        case XL, XL_REFINER -> Type.FLOAT; // overflows in half precision
                    };
            return new CudaLayers(Set.of(), type, type, borders);
        }

        @Override
        Layers upscaler() {
            return new CudaLayers(Set.of(), Type.FLOAT16, Type.FLOAT16, Borders.ZEROS);
        }

        @Override
        public boolean runsRowsTogether() {
            return true;
        }

        @Override
        public Optional<DeviceMemory> memory() {
            return CudaMemory.now();
        }

        @Override
        String shrunk(Network.Use use) {
            return switch (use) {
                case STEPS -> "cpu:0"; // asking the driver anew would hold up every step
                case PICTURES -> "cpu:0;gpu:0";
            };
        }

        @Override
        boolean readsWeightsInPlace() {
            return false;
        }

        @Override
        void configure(OrtSession.SessionOptions options) throws OrtException {
            try (var cuda = new OrtCUDAProviderOptions(0)) {
                for (var option : OPTIONS.entrySet()) {
                    cuda.add(option.getKey(), option.getValue());
                }
                options.addCUDA(cuda);
            }
        }
    };

    private static final Map<String, String> OPTIONS =
            Map.of(
                    // For the layers that are not fused ones, as tiles'.
                    "prefer_nhwc", "1",
                    "fuse_conv_bias", "1",
                    "use_tf32", "1",
                    // Trying all algorithms takes seconds for each new size.
                    "cudnn_conv_algo_search", "HEURISTIC",
                    "arena_extend_strategy", "kSameAsRequested");

    private static final long LONGEST_WAIT_MILLIS = 10_000;

    private final Patience patience = new Patience(LONGEST_WAIT_MILLIS);

    /** How its memory is waited for. */
    public Patience patience() {
        return patience;
    }

    /**
     * What the runtime gives back after a call, of the memory that it keeps for later ones.
     *
     * @param use what the network is for
     */
    abstract String shrunk(Network.Use use);

    /** The layers of a U-Net, with changes beside these weights. */
    abstract Layers unet(Family family, Set<String> adapted, Borders borders);

    /** The layers of an autoencoder. */
    abstract Layers vae(Family family, Borders borders);

    /** The layers of a network that enlarges pictures. */
    abstract Layers upscaler();

    /** Whether one call with all rows of a batch is better than one for each. */
    public abstract boolean runsRowsTogether();

    /** Its memory as it is now; nothing where it is the machine's, or does not tell. */
    public abstract Optional<DeviceMemory> memory();

    /** Whether the runtime computes with weights where they are, and so needs no copy. */
    abstract boolean readsWeightsInPlace();

    abstract void configure(OrtSession.SessionOptions options) throws OrtException;

    /**
     * The device of a setting.
     *
     * @param setting cpu; cuda; or auto, which is cuda where it works, and else cpu
     * @throws IllegalArgumentException if there is no such setting
     * @throws IllegalStateException if it is cuda, and CUDA does not work here
     */
    public static Device of(String setting) {
        return switch (setting.toLowerCase(Locale.ROOT)) {
            case "cpu" -> CPU;
            case "cuda" -> {
                String reason = CUDA.reasonAgainst();
                if (!reason.isEmpty()) {
                    throw new IllegalStateException("the device cuda cannot be used: " + reason);
                }
                yield CUDA;
            }
            case "auto" -> CUDA.reasonAgainst().isEmpty() ? CUDA : CPU;
            default ->
                    throw new IllegalArgumentException(
                            "the device: found '%s', allowed: auto, cpu, cuda".formatted(setting));
        };
    }

    /** Why this device cannot be used; empty if it can. */
    public String reasonAgainst() {
        if (this == CUDA && !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return "this build of ONNX Runtime has no CUDA; build with the profile gpu";
        }
        try (var options = new OrtSession.SessionOptions()) {
            configure(options);
            return "";
        } catch (OrtException e) {
            return e.getMessage();
        }
    }
}

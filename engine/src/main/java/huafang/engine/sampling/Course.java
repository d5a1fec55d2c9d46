package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * What a network is told about one picture, call by call: prompts that are composed, each of them
 * changing as its schedule says.
 *
 * @param parts at least one
 */
public record Course(List<Part> parts) {
    public Course {
        parts = List.copyOf(parts);
    }

    /**
     * One of the composed prompts.
     *
     * @param weight how much of the way from the negative prompt to it is gone
     * @param stages at least one, in time's order
     */
    public record Part(float weight, List<Stage> stages) {
        public Part {
            stages = List.copyOf(stages);
        }

        /** The stage that a call falls into; what comes after the last one is told the first. */
        private Conditioning at(int call) {
            return stages.stream()
                    .filter(stage -> call <= stage.until)
                    .findFirst()
                    .orElse(stages.getFirst())
                    .conditioning;
        }
    }

    /**
     * What holds for a while.
     *
     * @param until the last call that it holds for, counted from 0
     * @param conditioning one row
     */
    public record Stage(int until, Conditioning conditioning) {}

    /** The same in every call. */
    public static Course of(Conditioning constant) {
        return new Course(List.of(new Part(1, List.of(new Stage(Integer.MAX_VALUE, constant)))));
    }

    /**
     * What each part says in a call, one row each, all equally long: shorter ones repeat their last
     * token's vector, as AUTOMATIC1111 1.10 does.
     *
     * @param call of this picture, counted from 0
     */
    List<Conditioning> at(int call) {
        List<Conditioning> told = parts.stream().map(part -> part.at(call)).toList();
        int longest = told.stream().mapToInt(Conditioning::tokens).max().orElseThrow();
        return told.stream().map(each -> lengthened(each, longest)).toList();
    }

    private static Conditioning lengthened(Conditioning told, int tokens) {
        if (told.tokens() == tokens) {
            return told;
        }
        Tensor context = told.context();
        int width = context.size(2);
        float[] data = Arrays.copyOf(context.data(), tokens * width);
        for (int token = told.tokens(); token < tokens; token++) {
            System.arraycopy(data, (token - 1) * width, data, token * width, width);
        }
        return new Conditioning(new Tensor(data, 1, tokens, width), told.vector(), told.image());
    }
}

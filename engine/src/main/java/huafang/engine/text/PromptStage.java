package huafang.engine.text;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What a prompt says for a while.
 *
 * @param until the last call of the network that it holds for, counted from 0
 * @param text without what changes with time
 */
public record PromptStage(int until, String text) {

    /**
     * Reads what changes with time: {@code [from:to:when]}, {@code [to:when]}, {@code [from::when]}
     * and {@code [a|b]}, one inside the other as one likes. A when with a point in it is a fraction
     * of all steps, else a number of steps. What fits none of these stays as it is; a bar outside
     * of square brackets, or a backslash before nothing, leaves the whole prompt as it is.
     *
     * <p>Agrees with AUTOMATIC1111 1.10, also in that its calls are counted from 0 and its steps
     * from 1: the first stage lasts one call longer than it says. Takes time in proportion to the
     * length times the steps.
     *
     * @param steps of the whole picture, 1 or more
     * @return at least one stage; the last one ends with the steps
     */
    public static List<PromptStage> parse(String prompt, int steps) {
        return parse(prompt, new PromptTimes(steps, 0));
    }

    /** The same for a later pass: fractions above 1, and steps beyond the first pass', are its. */
    static List<PromptStage> parse(String prompt, PromptTimes times) {
        int steps = times.steps();
        List<Timed> tree = new TimedParser(prompt, times).read();
        if (tree == null) {
            return List.of(new PromptStage(steps, prompt));
        }
        var ends = new TreeSet<Integer>();
        ends.add(steps);
        Timed.visit(tree, part -> part.changes(steps, ends));
        List<Timed> joined = Timed.joined(tree);
        List<PromptStage> stages = new ArrayList<>();
        for (int end : ends) {
            stages.add(new PromptStage(end, Timed.textAt(end, joined)));
        }
        return stages;
    }
}

package huafang.engine.text;

/**
 * What prompts that change count by, as AUTOMATIC1111 1.10 does.
 *
 * @param steps of the pass
 * @param before steps of the pass before it; 0 in the first
 */
public record PromptTimes(int steps, int before) {
    int ofFraction(double fraction) {
        double here = before > 0 ? fraction - 1 : fraction;
        return (int) Math.min(steps, here * steps);
    }

    int ofNumber(double number) {
        return (int) Math.min(steps, number - before);
    }
}

package huafang.engine.text;

import java.util.regex.Pattern;

/**
 * What a prompt keeps to itself: all from a {@code #} to the end of its line. AUTOMATIC1111 1.10
 * takes it out of every prompt before anything else reads it, unless enable_prompt_comments is off.
 */
public final class PromptComments {
    /** With the newline before it, which another such line may have taken already. */
    private static final Pattern WHOLE_LINE = Pattern.compile("(?:\\A|\n)#[^\n]*+\n?");

    private static final Pattern REST_OF_LINE = Pattern.compile("#[^\n]*+\n?");

    private PromptComments() {}

    /** The prompt without them; each leaves a newline, as there. */
    public static String without(String prompt) {
        String lines = WHOLE_LINE.matcher(prompt).replaceAll("\n");
        return REST_OF_LINE.matcher(lines).replaceAll("\n");
    }
}

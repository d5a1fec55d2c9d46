package huafang.engine.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads what changes with time, in one pass over the prompt. A bracket is understood only if all
 * that it holds is; the first thing inside that cannot be turns every bracket that is open at that
 * moment into text, so nothing is ever read twice.
 */
final class TimedParser {
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?([0-9]++(\\.[0-9]*+)?+|\\.[0-9]++)([eE][+-]?[0-9]++)?+");

    private final String prompt;
    private final PromptTimes times;
    private final Deque<Frame> open = new ArrayDeque<>();

    TimedParser(String prompt, PromptTimes times) {
        this.prompt = prompt;
        this.times = times;
        open.push(new Frame(' '));
    }

    /** An open bracket, or the prompt as a whole; what it holds is divided by colons and bars. */
    private static final class Frame {
        final char bracket;
        final List<List<Timed>> fields = new ArrayList<>();
        final StringBuilder dividers = new StringBuilder();

        Frame(char bracket) {
            this.bracket = bracket;
            fields.add(new ArrayList<>());
        }

        void add(Timed part) {
            fields.getLast().add(part);
        }

        void add(char character) {
            add(new Timed.Text(String.valueOf(character)));
        }

        void divide(char divider) {
            dividers.append(divider);
            fields.add(new ArrayList<>());
        }
    }

    /** The parts of the prompt, or null if it is to be left as it is. */
    List<Timed> read() {
        int at = 0;
        while (at < prompt.length()) {
            char c = prompt.charAt(at);
            boolean understood = true;
            switch (c) {
                case '(', '[' -> open.push(new Frame(c));
                case ')', ']' -> understood = close(c);
                case ':', '|' -> understood = divide(c);
                default -> {
                    int end = text(at);
                    if (end < 0) {
                        return null;
                    }
                    open.peek().add(new Timed.Text(prompt.substring(at, end)));
                    at = end - 1;
                }
            }
            if (!understood) {
                return null;
            }
            at++;
        }
        return giveUp() ? open.peek().fields.getFirst() : null;
    }

    /** Where a text ends; below 0 if its last backslash has nothing to hide. */
    private int text(int from) {
        int at = from;
        while (at < prompt.length() && "[]():|".indexOf(prompt.charAt(at)) < 0) {
            if (prompt.charAt(at) == '\\') {
                at++;
                if (at == prompt.length() || prompt.charAt(at) == '\n') {
                    return -1;
                }
            }
            at++;
        }
        return at;
    }

    private boolean divide(char divider) {
        if (open.size() == 1) {
            open.peek().add(divider);
            return divider == ':';
        }
        open.peek().divide(divider);
        return true;
    }

    private boolean close(char bracket) {
        Timed part = open.size() == 1 ? null : understand(open.peek(), bracket);
        if (part == null) {
            if (!giveUp()) {
                return false;
            }
            open.peek().add(bracket);
            return true;
        }
        open.pop();
        open.peek().add(part);
        return true;
    }

    private Timed understand(Frame frame, char bracket) {
        if (bracket != (frame.bracket == '(' ? ')' : ']')) {
            return null;
        }
        List<List<Timed>> fields = frame.fields;
        String dividers = frame.dividers.toString();
        if (dividers.isEmpty() || bracket == ')' && dividers.equals(":")) {
            return literal(frame, bracket);
        }
        if (bracket == ']' && dividers.indexOf(':') < 0) {
            return new Timed.Turns(fields);
        }
        String when = when(fields.getLast());
        if (bracket == ']' && when != null && dividers.equals(":")) {
            return new Timed.Change(List.of(), fields.getFirst(), last(when));
        }
        if (bracket == ']' && when != null && dividers.equals("::")) {
            return new Timed.Change(fields.get(0), fields.get(1), last(when));
        }
        return null;
    }

    /** The number that a field consists of, or null. */
    private static String when(List<Timed> field) {
        return field.size() == 1
                        && field.getFirst() instanceof Timed.Text(String text)
                        && NUMBER.matcher(text.strip()).matches()
                ? text.strip()
                : null;
    }

    private int last(String when) {
        double number = Double.parseDouble(when);
        return when.indexOf('.') >= 0 ? times.ofFraction(number) : times.ofNumber(number);
    }

    /** Turns all open brackets into text; false if a bar stands in one of them. */
    private boolean giveUp() {
        Frame whole = open.removeLast();
        while (!open.isEmpty()) {
            Frame frame = open.removeLast();
            if (frame.dividers.indexOf("|") >= 0) {
                return false;
            }
            whole.add(new Timed.Group(spelled(frame)));
        }
        open.push(whole);
        return true;
    }

    private static Timed literal(Frame frame, char bracket) {
        List<Timed> parts = spelled(frame);
        parts.add(new Timed.Text(String.valueOf(bracket)));
        return new Timed.Group(parts);
    }

    /** A bracket's parts with all that divides them, without its end. */
    private static List<Timed> spelled(Frame frame) {
        List<Timed> parts = new ArrayList<>();
        parts.add(new Timed.Text(String.valueOf(frame.bracket)));
        for (int i = 0; i < frame.fields.size(); i++) {
            if (i > 0) {
                parts.add(new Timed.Text(String.valueOf(frame.dividers.charAt(i - 1))));
            }
            parts.addAll(frame.fields.get(i));
        }
        return parts;
    }
}

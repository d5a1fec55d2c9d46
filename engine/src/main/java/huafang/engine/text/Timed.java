package huafang.engine.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A part of a prompt whose text depends on the step. */
sealed interface Timed {
    /** What it stands for at a step, counted from 1. */
    List<Timed> at(int step);

    /** All that it may stand for. */
    List<List<Timed>> choices();

    /** Adds the steps after which it may stand for something else. */
    default void changes(int steps, Collection<Integer> ends) {}

    /** Always the same. */
    record Text(String text) implements Timed {
        @Override
        public List<Timed> at(int step) {
            return List.of();
        }

        @Override
        public List<List<Timed>> choices() {
            return List.of();
        }
    }

    /** Parts one after another. */
    record Group(List<Timed> parts) implements Timed {
        @Override
        public List<Timed> at(int step) {
            return parts;
        }

        @Override
        public List<List<Timed>> choices() {
            return List.of(parts);
        }
    }

    /** One thing up to a step, another after it. */
    record Change(List<Timed> before, List<Timed> after, int last) implements Timed {
        @Override
        public List<Timed> at(int step) {
            return step <= last ? before : after;
        }

        @Override
        public List<List<Timed>> choices() {
            return List.of(before, after);
        }

        @Override
        public void changes(int steps, Collection<Integer> ends) {
            if (last >= 1) {
                ends.add(last);
            }
        }
    }

    /** Another one at each step, in turn. */
    record Turns(List<List<Timed>> choices) implements Timed {
        @Override
        public List<Timed> at(int step) {
            return choices.get((step - 1) % choices.size());
        }

        @Override
        public void changes(int steps, Collection<Integer> ends) {
            IntStream.rangeClosed(1, steps).forEach(ends::add);
        }
    }

    /** The same parts, those that are always the same as one text. */
    static List<Timed> joined(List<Timed> parts) {
        List<Timed> joined = new ArrayList<>();
        var same = new StringBuilder();
        Deque<Iterator<Timed>> open = new ArrayDeque<>();
        open.push(parts.iterator());
        while (!open.isEmpty()) {
            if (!open.peek().hasNext()) {
                open.pop();
                continue;
            }
            switch (open.peek().next()) {
                case Text constant -> same.append(constant.text);
                case Group group -> open.push(group.parts.iterator());
                case Timed changing -> {
                    joined.add(new Text(same.toString()));
                    same.setLength(0);
                    joined.add(changing);
                }
            }
        }
        joined.add(new Text(same.toString()));
        return joined;
    }

    /** The text of parts at a step; not recursive, since brackets may be deep. */
    static String textAt(int step, List<Timed> parts) {
        var text = new StringBuilder();
        Deque<Iterator<Timed>> open = new ArrayDeque<>();
        open.push(parts.iterator());
        while (!open.isEmpty()) {
            if (!open.peek().hasNext()) {
                open.pop();
                continue;
            }
            Timed part = open.peek().next();
            if (part instanceof Text constant) {
                text.append(constant.text);
            } else {
                open.push(part.at(step).iterator());
            }
        }
        return text.toString();
    }

    /** Shows every part, at whatever step it counts. */
    static void visit(List<Timed> parts, Consumer<Timed> visitor) {
        Deque<List<Timed>> open = new ArrayDeque<>();
        open.push(parts);
        while (!open.isEmpty()) {
            for (Timed part : open.pop()) {
                visitor.accept(part);
                part.choices().forEach(open::push);
            }
        }
    }
}

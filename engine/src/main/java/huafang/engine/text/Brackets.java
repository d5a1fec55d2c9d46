package huafang.engine.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads emphasis in one pass. An open bracket is a node that knows the one around it; round and
 * square brackets may overlap, so each kind has nodes of its own, and a piece hangs on one of each.
 */
final class Brackets {
    private static final double ROUND = 1.1;
    private static final double SQUARE = 1 / 1.1;
    private static final String SPECIAL = "\\()[]:";

    private final String prompt;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<Node> rounds = new ArrayList<>();
    private Node round = new Node(null, 1);
    private Node square = round;
    private int at;

    Brackets(String prompt) {
        this.prompt = prompt;
    }

    private record Piece(String text, double weight, Node round, Node square) {}

    private static final class Node {
        final Node around;
        double factor;
        double product;

        Node(Node around, double factor) {
            this.around = around;
            this.factor = factor;
            this.product = around == null ? factor : around.product * factor;
        }
    }

    List<WeightedText> read() {
        while (at < prompt.length()) {
            char c = prompt.charAt(at);
            switch (c) {
                case '\\' -> escape();
                case '(' -> {
                    round = new Node(round, ROUND);
                    rounds.add(round);
                    at++;
                }
                case '[' -> {
                    square = new Node(square, SQUARE);
                    at++;
                }
                case ')' -> {
                    round = close(round, ")");
                    at++;
                }
                case ']' -> {
                    square = close(square, "]");
                    at++;
                }
                case ':' -> colon();
                default -> words();
            }
        }
        return merged();
    }

    /** The bracket around the innermost one; where none is open, the closing one is text. */
    private Node close(Node innermost, String text) {
        if (innermost.around == null) {
            add(text);
            return innermost;
        }
        return innermost.around;
    }

    private void escape() {
        boolean escapes = at + 1 < prompt.length() && "\\()[]".indexOf(prompt.charAt(at + 1)) >= 0;
        add(escapes ? prompt.substring(at + 1, at + 2) : "");
        at += escapes ? 2 : 1;
    }

    /** A colon, a number and a closing bracket give the innermost round bracket its weight. */
    private void colon() {
        int begin = Words.skipSpace(prompt, at + 1);
        int end = begin;
        if (end < prompt.length() && "+-".indexOf(prompt.charAt(end)) >= 0) {
            end++;
        }
        while (end < prompt.length() && isNumeral(prompt.charAt(end))) {
            end++;
        }
        int bracket = Words.skipSpace(prompt, end);
        Double weight =
                bracket < prompt.length() && prompt.charAt(bracket) == ')'
                        ? number(prompt.substring(begin, end))
                        : null;
        if (weight == null) {
            add(":");
            at++;
        } else if (round.around == null) {
            add(prompt.substring(at, bracket + 1));
            at = bracket + 1;
        } else {
            round.factor = weight;
            round = round.around;
            at = bracket + 1;
        }
    }

    private static boolean isNumeral(char c) {
        return c == '.' || Character.isDigit(c);
    }

    /** Digits of any script with at most one point; anything else is none. */
    private static Double number(String text) {
        var plain = new StringBuilder();
        text.chars()
                .forEach(c ->
                        plain.append(
                                Character.isDigit(c)
                                        ? (char) ('0' + Character.digit(c, 10))
                                        : (char) c));
        try {
            return Double.valueOf(plain.toString());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void words() {
        int end = at;
        while (end < prompt.length() && SPECIAL.indexOf(prompt.charAt(end)) < 0) {
            end++;
        }
        String text = prompt.substring(at, end);
        int from = 0;
        for (int[] found; (found = WeightedText.findBreak(text, from)) != null; from = found[1]) {
            add(text.substring(from, found[0]));
            WeightedText mark = WeightedText.NEW_CHUNK;
            pieces.add(new Piece(mark.text(), mark.weight(), round, square));
        }
        add(text.substring(from));
        at = end;
    }

    private void add(String text) {
        pieces.add(new Piece(text, 1, round, square));
    }

    private List<WeightedText> merged() {
        for (Node node : rounds) { // whose factors are known now; the ones around come first
            node.product = node.around.product * node.factor;
        }
        List<WeightedText> merged = new ArrayList<>();
        var text = new StringBuilder();
        double weight = 1;
        for (Piece piece : pieces) {
            double its = piece.weight * piece.round.product * piece.square.product;
            if (its != weight && piece != pieces.getFirst()) {
                merged.add(new WeightedText(text.toString(), weight));
                text.setLength(0);
            }
            weight = its;
            text.append(piece.text);
        }
        merged.add(new WeightedText(text.toString(), weight));
        return merged;
    }
}

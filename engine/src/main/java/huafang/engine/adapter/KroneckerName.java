package huafang.engine.adapter;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a change that is a Kronecker product is called among those of a picture. Its factors' sizes
 * belong to the name: a network is built for them.
 *
 * @param weight that is changed
 * @param rows of the first factor
 * @param columns of the first factor
 * @param index from 0, where a picture has several of these sizes for a weight
 */
public record KroneckerName(String weight, int rows, int columns, int index) {
    private static final String MARK = "/kronecker/";
    private static final Pattern FORM = Pattern.compile("(\\d+)x(\\d+)/(\\d+)");

    /** The parts of a name, if it is such a one. */
    public static Optional<KroneckerName> of(String name) {
        int mark = name.indexOf(MARK); // nearly all have none, and every call asks for all
        Matcher form = FORM.matcher(mark < 0 ? "" : name.substring(mark + MARK.length()));
        return form.matches()
                ? Optional.of(
                        new KroneckerName(
                                name.substring(0, mark),
                                Integer.parseInt(form.group(1)),
                                Integer.parseInt(form.group(2)),
                                Integer.parseInt(form.group(3))))
                : Optional.empty();
    }

    /** The weight that is changed under any name: the name itself, if it is no such one. */
    public static String weightOf(String name) {
        int mark = name.indexOf(MARK);
        return mark < 0 ? name : name.substring(0, mark);
    }

    /** What all weights have in common that are changed in the same form; nothing for others. */
    public static String formOf(String name) {
        return name.substring(weightOf(name).length());
    }

    KroneckerName next() {
        return new KroneckerName(weight, rows, columns, index + 1);
    }

    @Override
    public String toString() {
        return weight + MARK + rows + "x" + columns + "/" + index;
    }
}

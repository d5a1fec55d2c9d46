package huafang.engine.checkpoint;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Upscalers of the ESRGAN family under Real-ESRGAN's names. Older ones are called after ESRGAN's
 * first code, where layers are numbered, or after its second.
 */
final class UpscalerNames implements Naming {
    private static final List<String> TRAINED = List.of("params_ema.", "params.", "module.");
    private static final Pattern FIRST =
            Pattern.compile("model\\.1\\.sub\\.(\\d+)\\.RDB(\\d)\\.conv(\\d)\\.0\\.(weight|bias)");
    private static final Pattern TRUNK = Pattern.compile("model\\.1\\.sub\\.\\d+\\.(weight|bias)");
    private static final Pattern NUMBERED = Pattern.compile("model\\.(\\d+)\\.(weight|bias)");
    private static final Pattern SECOND =
            Pattern.compile("RRDB_trunk\\.(\\d+)\\.RDB(\\d)\\.conv(\\d)\\.(weight|bias)");
    private static final Pattern OUTER = Pattern.compile("(\\w+)\\.(weight|bias)");
    private static final Map<String, String> SECOND_OUTER =
            Map.of(
                    "trunk_conv", "conv_body",
                    "upconv1", "conv_up1",
                    "upconv2", "conv_up2",
                    "HRconv", "conv_hr");

    private final String trained;
    private final List<Integer> numbers;

    private UpscalerNames(Collection<String> names) {
        trained =
                TRAINED.stream()
                        .filter(part -> names.stream().anyMatch(name -> name.startsWith(part)))
                        .findFirst()
                        .orElse("");
        var found = new TreeSet<Integer>();
        for (String name : names) {
            Matcher numbered = NUMBERED.matcher(name);
            if (numbered.matches()) {
                found.add(Integer.valueOf(numbered.group(1)));
            }
        }
        numbers = List.copyOf(found);
    }

    static Naming of(Safetensors file) {
        return new UpscalerNames(file.tensors().keySet());
    }

    @Override
    public List<TensorInfo> original(TensorInfo tensor) {
        if (!tensor.name().startsWith(trained)) {
            return List.of(); // of the same network at another moment of its training
        }
        return List.of(tensor.named(name(tensor.name().substring(trained.length()))));
    }

    private String name(String name) {
        Matcher first = FIRST.matcher(name);
        if (first.matches()) {
            return dense(first);
        }
        Matcher second = SECOND.matcher(name);
        if (second.matches()) {
            return dense(second);
        }
        Matcher trunk = TRUNK.matcher(name);
        if (trunk.matches()) {
            return "conv_body." + trunk.group(1);
        }
        Matcher numbered = NUMBERED.matcher(name);
        if (numbered.matches()) {
            return numbered(Integer.parseInt(numbered.group(1))) + "." + numbered.group(2);
        }
        Matcher outer = OUTER.matcher(name);
        return outer.matches()
                ? SECOND_OUTER.getOrDefault(outer.group(1), outer.group(1)) + "." + outer.group(2)
                : name;
    }

    private static String dense(Matcher found) {
        return "body.%s.rdb%s.conv%s.%s"
                .formatted(found.group(1), found.group(2), found.group(3), found.group(4));
    }

    /** The last two of the numbered layers end the network, those before enlarge. */
    private String numbered(int number) {
        int place = numbers.indexOf(number);
        int last = numbers.size() - 1;
        return place == 0
                ? "conv_first"
                : place == last ? "conv_last" : place == last - 1 ? "conv_hr" : "conv_up" + place;
    }
}

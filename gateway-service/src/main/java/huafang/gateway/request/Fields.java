package huafang.gateway.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import huafang.contracts.generation.InvalidParameterException;
import huafang.gateway.problem.BrokenJsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The fields of a JSON object. A field that is left out or null has the caller's default; every
 * method throws {@link InvalidParameterException} where a value has another type.
 */
public final class Fields {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();

    private final String place;
    private final ObjectNode object;
    private final boolean numbersMayBeText;
    private final Set<String> asked = new TreeSet<>();

    /** There are none. */
    public static final Fields NONE = new Fields("", JSON.createObjectNode(), true);

    /**
     * @param place where the object stands, as errors write it before a field's name
     */
    private Fields(String place, ObjectNode object, boolean numbersMayBeText) {
        this.place = place;
        this.object = object;
        this.numbersMayBeText = numbersMayBeText;
    }

    /**
     * Reads a body.
     *
     * @throws BrokenJsonException if it is no JSON
     * @throws InvalidParameterException if it is no object
     */
    public static Fields of(byte[] body) {
        return of(body, false);
    }

    /** Likewise, but a number or a truth value may also be written as text. */
    public static Fields lenient(byte[] body) {
        return of(body, true);
    }

    private static Fields of(byte[] body, boolean numbersMayBeText) {
        try {
            JsonNode content = JSON.readTree(body);
            if (content instanceof ObjectNode object) {
                return new Fields("", object, numbersMayBeText);
            }
            String found = content.isMissingNode() ? "nothing" : content.toString();
            throw new InvalidParameterException("body", found, "a JSON object");
        } catch (JsonProcessingException e) {
            throw new BrokenJsonException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** These, and where they are silent or an empty text, the others. */
    public Fields over(Fields others) {
        ObjectNode both = others.object.deepCopy();
        for (var field : object.properties()) {
            JsonNode value = field.getValue();
            if (!value.isNull() && !(value.isTextual() && value.textValue().isEmpty())) {
                both.set(field.getKey(), value);
            }
        }
        return new Fields(place, both, numbersMayBeText);
    }

    /** Those of these names alone. */
    public Fields only(Set<String> names) {
        ObjectNode some = object.deepCopy();
        return new Fields(place, some.retain(names), numbersMayBeText);
    }

    /** Whether the field is there, null or not. */
    public boolean has(String name) {
        return object.has(name);
    }

    /** The field as it stands, or null. */
    public JsonNode node(String name) {
        asked.add(name);
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    /** The text of a field that must be there. */
    public String text(String name) {
        JsonNode node = node(name);
        if (node == null || !node.isTextual()) {
            throw invalid(name, node, "text");
        }
        return node.textValue();
    }

    public String text(String name, String otherwise) {
        return node(name) == null ? otherwise : text(name);
    }

    /**
     * A value that goes by a name.
     *
     * @param of finds it, and throws {@link InvalidParameterException} where there is none
     */
    public <T> T named(String name, T otherwise, Function<String, T> of) {
        if (node(name) == null) {
            return otherwise;
        }
        String text = text(name);
        try {
            return of.apply(text);
        } catch (InvalidParameterException e) {
            throw e.of(path(name));
        }
    }

    /** A field's name with the place of its object, as in {@code start.image}. */
    public String path(String name) {
        return place + name;
    }

    private String place(String name) {
        return path(name) + ".";
    }

    /** One of some words; the first is the default. */
    public String choice(String name, String... words) {
        String text = text(name, words[0]);
        if (!Arrays.asList(words).contains(text)) {
            throw invalid(name, node(name), "one of " + String.join(", ", words));
        }
        return text;
    }

    /** A whole number; {@code 20.0} is one. */
    public Integer integer(String name, Integer otherwise) {
        Long value = wholeNumber(name, null);
        if (value == null) {
            return otherwise;
        }
        if (value != value.intValue()) {
            throw invalid(name, node(name), "a whole number of at most 32 bits");
        }
        return value.intValue();
    }

    /** A whole number of up to 64 bits. */
    public Long wholeNumber(String name, Long otherwise) {
        BigDecimal number = decimal(name, "a whole number");
        if (number == null) {
            return otherwise;
        }
        // Looked at first: 1e999999999 would be written out to be compared.
        if (number.precision() - number.scale() > 19) {
            throw invalid(name, node(name), "a whole number of at most 64 bits");
        }
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            throw invalid(name, node(name), "a whole number");
        }
    }

    public double number(String name, double otherwise) {
        return number(name, Double.valueOf(otherwise));
    }

    /** Likewise, but null may be the default. */
    public Double number(String name, Double otherwise) {
        BigDecimal number = decimal(name, "a number");
        return number == null ? otherwise : Double.valueOf(number.doubleValue());
    }

    public boolean flag(String name, boolean otherwise) {
        JsonNode node = node(name);
        if (node == null) {
            return otherwise;
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (numbersMayBeText) {
            switch (node.asText().toLowerCase(java.util.Locale.ROOT)) {
                case "true", "1", "on", "yes" -> {
                    return true;
                }
                case "false", "0", "off", "no" -> {
                    return false;
                }
                default -> {}
            }
        }
        throw invalid(name, node, "true or false");
    }

    /** The fields of an object within, or of an empty one. */
    public Fields object(String name) {
        JsonNode node = node(name);
        if (node == null) {
            return new Fields(place(name), JSON.createObjectNode(), numbersMayBeText);
        }
        if (node instanceof ObjectNode within) {
            return new Fields(place(name), within, numbersMayBeText);
        }
        throw invalid(name, node, "an object");
    }

    /** The fields of each object of a list, which may be left out. */
    public List<Fields> objects(String name) {
        JsonNode node = node(name);
        List<Fields> objects = new ArrayList<>();
        if (node != null && !node.isArray()) {
            throw invalid(name, node, "a list of objects");
        }
        for (JsonNode each : node == null ? List.<JsonNode>of() : node) {
            if (!(each instanceof ObjectNode within)) {
                throw invalid(name, each, "an object");
            }
            objects.add(new Fields(place(name), within, numbersMayBeText));
        }
        return objects;
    }

    /**
     * Refuses what no method asked for.
     *
     * @throws InvalidParameterException naming the first such field
     */
    public void refuseOthers() {
        for (var field : object.properties()) {
            if (!asked.contains(field.getKey())) {
                throw new InvalidParameterException(
                        path(field.getKey()), "an unknown field", String.join(", ", asked));
            }
        }
    }

    /** The same text for the same content, whatever the order of fields and the spaces. */
    public String canonical() {
        try {
            var fields = new TreeMap<String, Object>();
            object.properties()
                    .forEach(field ->
                            fields.put(
                                    field.getKey(),
                                    JSON.convertValue(field.getValue(), Object.class)));
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The object as it was sent. */
    public JsonNode all() {
        return object;
    }

    private BigDecimal decimal(String name, String allowed) {
        JsonNode node = node(name);
        if (node == null) {
            return null;
        }
        if (node.isNumber()) {
            return node.decimalValue();
        }
        if (numbersMayBeText && node.isTextual() && node.textValue().length() <= 40) {
            try {
                return new BigDecimal(node.textValue().strip());
            } catch (NumberFormatException e) {
                throw invalid(name, node, allowed);
            }
        }
        throw invalid(name, node, allowed);
    }

    private InvalidParameterException invalid(String name, JsonNode found, String allowed) {
        Object shown = found != null && found.isTextual() ? found.textValue() : found;
        return new InvalidParameterException(path(name), shown, allowed);
    }
}

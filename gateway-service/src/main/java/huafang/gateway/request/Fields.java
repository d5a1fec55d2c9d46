package huafang.gateway.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import huafang.contracts.generation.InvalidParameterException;
import huafang.gateway.problem.BrokenJsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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

    private final JsonNode object;
    private final boolean numbersMayBeText;
    private final Set<String> asked = new TreeSet<>();

    private Fields(JsonNode object, boolean numbersMayBeText) {
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
            JsonNode object = JSON.readTree(body);
            if (!object.isObject()) {
                String found = object.isMissingNode() ? "nothing" : object.toString();
                throw new InvalidParameterException("body", found, "a JSON object");
            }
            return new Fields(object, numbersMayBeText);
        } catch (JsonProcessingException e) {
            throw new BrokenJsonException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
            return new Fields(JSON.createObjectNode(), numbersMayBeText);
        }
        if (!node.isObject()) {
            throw invalid(name, node, "an object");
        }
        return new Fields(node, numbersMayBeText);
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
                        field.getKey(), "an unknown field", String.join(", ", asked));
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

    private static InvalidParameterException invalid(String name, JsonNode found, String allowed) {
        Object shown = found != null && found.isTextual() ? found.textValue() : found;
        return new InvalidParameterException(name, shown, allowed);
    }
}

package huafang.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.contracts.generation.InvalidParameterException;
import huafang.gateway.problem.BrokenJsonException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FieldsTest {
    @Test
    void anErrorNamesTheFieldWhatWasFoundAndWhatIsAllowed() {
        Fields fields = of("{\"steps\": \"many\"}");

        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(() -> fields.integer("steps", 20))
                .satisfies(e -> {
                    assertThat(e.field()).isEqualTo("steps");
                    assertThat(e.found()).isEqualTo("\"many\"");
                    assertThat(e.allowed()).isEqualTo("a whole number");
                });
    }

    @Test
    void whatIsLeftOutOrNullHasTheDefault() {
        Fields fields = of("{\"steps\": null}");

        assertThat(fields.integer("steps", 20)).isEqualTo(20);
        assertThat(fields.number("cfgScale", 7)).isEqualTo(7);
        assertThat(fields.text("sampler", "Euler")).isEqualTo("Euler");
        assertThat(fields.flag("save", true)).isTrue();
    }

    @Test
    void numbersAsTextAreReadOnlyWhereThatIsTheCustom() {
        String body = "{\"steps\": \" 20 \", \"cfg_scale\": \"7.5\", \"save\": \"true\"}";
        Fields lenient = Fields.lenient(body.getBytes(StandardCharsets.UTF_8));

        assertThat(lenient.integer("steps", 1)).isEqualTo(20);
        assertThat(lenient.number("cfg_scale", 1)).isEqualTo(7.5);
        assertThat(lenient.flag("save", false)).isTrue();
        assertThatThrownBy(() -> of(body).integer("steps", 1))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void aNumberOfAnyLengthCostsNothing() {
        Fields fields = of("{\"seed\": 1e999999999, \"steps\": 1e-999999999, \"n\": 20.0}");

        assertThatThrownBy(() -> fields.wholeNumber("seed", 0L))
                .isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() -> fields.wholeNumber("steps", 0L))
                .isInstanceOf(InvalidParameterException.class);
        assertThat(fields.integer("n", 0)).isEqualTo(20);
    }

    @Test
    void aFieldThatNobodyAskedForIsRefusedByName() {
        Fields fields = of("{\"prompt\": \"a\", \"stepz\": 3}");
        fields.text("prompt");

        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(fields::refuseOthers)
                .satisfies(e -> assertThat(e.field()).isEqualTo("stepz"));
    }

    @Test
    void brokenJsonIsToldWithItsPlace() {
        assertThatThrownBy(() -> of("{\"prompt\":\n  oops}"))
                .isInstanceOf(BrokenJsonException.class)
                .hasMessageContaining("line 2, column");
        assertThatThrownBy(() -> of("{} {}")).isInstanceOf(BrokenJsonException.class);
        assertThatThrownBy(() -> of("{\"a\": 1, \"a\": 2}"))
                .isInstanceOf(BrokenJsonException.class);
        assertThatThrownBy(() -> of("[]")).isInstanceOf(InvalidParameterException.class);
        assertThatThrownBy(() -> of("")).isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void theSameContentHasTheSameText() {
        assertThat(of("{\"a\": 1, \"b\": {\"d\": 2, \"c\": 3}}").canonical())
                .isEqualTo(of("{ \"b\": {\"c\":3, \"d\":2}, \"a\":1 }").canonical())
                .isNotEqualTo(of("{\"a\": 2, \"b\": {\"d\": 2, \"c\": 3}}").canonical());
    }

    private static Fields of(String body) {
        return Fields.of(body.getBytes(StandardCharsets.UTF_8));
    }
}

package huafang.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Whether what is rendered is what Kubernetes understands. */
@EnableKubernetesMockClient(crud = true)
class KubernetesTypesTest {
    /** Held, so that its level is not forgotten: the server would write a line for each request. */
    private static final Logger SERVER = Logger.getLogger("io.fabric8.mockwebserver");

    static {
        SERVER.setLevel(Level.WARNING);
    }

    static KubernetesClient kubernetes;

    @ParameterizedTest
    @FieldSource("huafang.helm.Chart#VARIANTS")
    void everyFieldIsOneOfKubernetesTypes(String variant) throws Exception {
        var unknown = new ArrayList<String>();
        for (HasMetadata object : Chart.render(variant)) {
            assertThat(object).isNotInstanceOf(GenericKubernetesResource.class);
            String name = object.getKind() + " " + object.getMetadata().getName();
            findUnknown(name, object, unknown);
        }

        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("huafang.helm.Chart#VARIANTS")
    void everyObjectIsTakenByAServerOnce(String variant) {
        var objects = Chart.render(variant);

        for (HasMetadata object : objects) {
            kubernetes.resource(object).create();
        }

        assertThat(objects)
                .extracting(object -> object.getKind() + "/" + object.getMetadata().getName())
                .doesNotHaveDuplicates()
                .hasSizeGreaterThanOrEqualTo(15);
        objects.forEach(object -> kubernetes.resource(object).delete());
    }

    private static void findUnknown(String path, Object value, List<String> unknown)
            throws IllegalAccessException {
        switch (value) {
            case null -> {}
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    findUnknown(path + "[" + i + "]", list.get(i), unknown);
                }
            }
            case Map<?, ?> map -> {
                for (var entry : map.entrySet()) {
                    findUnknown(path + "." + entry.getKey(), entry.getValue(), unknown);
                }
            }
            default -> {
                if (!value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model")) {
                    return;
                }
                for (Field field : value.getClass().getDeclaredFields()) {
                    if (Modifier.isStatic(field.getModifiers())) {
                        continue;
                    }
                    field.setAccessible(true);
                    if (!field.getName().equals("additionalProperties")) {
                        findUnknown(path + "." + field.getName(), field.get(value), unknown);
                    } else if (!((Map<?, ?>) field.get(value)).isEmpty()) {
                        unknown.add(path + ": " + field.get(value));
                    }
                }
            }
        }
    }
}

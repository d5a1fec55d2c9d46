package huafang.helm;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The chart, rendered by Helm. */
final class Chart {
    static final Path FOLDER = Path.of("huafang");
    static final String RELEASE = "pictures";

    /** Each file of values that the chart brings, and none. */
    static final List<String> VARIANTS =
            List.of("values.yaml", "values-minimal.yaml", "values-gpu.yaml", "values-public.yaml");

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private Chart() {}

    static Helm helm() {
        return new Helm(FOLDER);
    }

    static List<HasMetadata> render(String variant) {
        return render(variant, Map.of());
    }

    static List<HasMetadata> render(String variant, Map<String, Object> set) {
        var template =
                helm().template()
                        .withName(RELEASE)
                        .withNamespace("art")
                        .withKubeVersion("1.32.0")
                        .withValuesFile(FOLDER.resolve(variant));
        set.forEach(template::set);
        return parse(template.call());
    }

    /** The objects of a YAML file. */
    static List<HasMetadata> parse(String yaml) {
        return Arrays.stream(yaml.split("(?m)^---$"))
                .filter(document -> document.contains("kind:"))
                .map(document -> (HasMetadata) SERIALIZATION.unmarshal(document))
                .toList();
    }

    static <T extends HasMetadata> List<T> all(List<HasMetadata> objects, Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The one of this kind that belongs to a service. */
    static <T extends HasMetadata> T one(List<HasMetadata> objects, Class<T> kind, String service) {
        return all(objects, kind).stream()
                .filter(object ->
                        object.getMetadata().getName().equals(RELEASE + "-huafang-" + service))
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError(
                                "no " + kind.getSimpleName() + " of " + service + " is rendered"));
    }

    static Deployment deployment(List<HasMetadata> objects, String service) {
        return one(objects, Deployment.class, service);
    }
}

package huafang.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each service says of itself in the manifest that its build generates holds in the chart. */
class GeneratedManifestsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gateway-service",
                "inference-worker",
                "storage-service",
                "model-downloader"
            })
    void theChartsDeploymentHasTheServicesNamePortAndProbes(String service) throws IOException {
        var generated = Chart.all(generated(service), Deployment.class).getFirst();
        var rendered = Chart.deployment(Chart.render("values.yaml"), service);

        assertThat(generated.getMetadata().getName()).isEqualTo(service);
        Container expected = container(generated);
        Container found = container(rendered);
        assertThat(found.getName()).isEqualTo(expected.getName());
        assertThat(label(rendered)).isEqualTo(label(generated));
        assertThat(found.getPorts()).isEqualTo(expected.getPorts());
        assertThat(paths(found)).isEqualTo(paths(expected));
        assertThat(ports(found)).isEqualTo(ports(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway-service", "storage-service", "model-downloader"})
    void theChartsServiceListensWhereTheGeneratedOneDoes(String service) throws IOException {
        var generated = Chart.all(generated(service), Service.class).getFirst();
        var objects = Chart.render("values.yaml");
        var rendered = Chart.one(objects, Service.class, service);

        var expected = generated.getSpec().getPorts().getFirst();
        var found = rendered.getSpec().getPorts().getFirst();
        assertThat(found.getName()).isEqualTo(expected.getName());
        assertThat(found.getPort()).isEqualTo(expected.getPort());
        var container = container(Chart.deployment(objects, service));
        assertThat(resolve(found.getTargetPort(), container))
                .isEqualTo(resolve(expected.getTargetPort(), container));
    }

    private static List<HasMetadata> generated(String service) throws IOException {
        Path manifest = Path.of("..", service, "target", "kubernetes", "kubernetes.yml");
        assertThat(manifest).as("made by the phase package of " + service).exists();
        return Chart.parse(Files.readString(manifest));
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    private static String label(Deployment deployment) {
        return deployment
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels()
                .get("app.kubernetes.io/name");
    }

    private static List<String> paths(Container container) {
        return probes(container).stream().map(probe -> probe.getHttpGet().getPath()).toList();
    }

    private static List<Integer> ports(Container container) {
        return probes(container).stream()
                .map(probe -> resolve(probe.getHttpGet().getPort(), container))
                .toList();
    }

    private static List<Probe> probes(Container container) {
        return List.of(
                container.getStartupProbe(),
                container.getReadinessProbe(),
                container.getLivenessProbe());
    }

    private static Integer resolve(IntOrString port, Container container) {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        return container.getPorts().stream()
                .filter(each -> each.getName().equals(port.getStrVal()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElseThrow();
    }
}

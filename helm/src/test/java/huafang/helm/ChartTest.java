package huafang.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ChartTest {
    @Test
    void lintFindsNothing() {
        var result = Chart.helm().lint().strict().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "worker.replica, 2, replica",
        "worker.replicas, two, replicas",
        "worker.gpu.count, -1, count",
        "worker.graceSeconds, 25s, graceSeconds",
        "mysql.sslMode, verify, sslMode",
        "mysql.existingSecret, , existingSecret",
        "kafka.securityProtocol, SASL_SSL, saslMechanism",
        "auth.oidc.enabled, true, issuerUrl",
        "models.size, 50, size",
        "gatway.replicas, 2, gatway",
    })
    void aValueThatCannotBeIsRefusedByName(String key, String value, String named) {
        assertThatThrownBy(
                        () -> Chart.render("values.yaml", Map.of(key, value == null ? "" : value)))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @FieldSource("huafang.helm.Chart#VARIANTS")
    void everyPodIsConfined(String variant) {
        for (Deployment deployment : Chart.all(Chart.render(variant), Deployment.class)) {
            var pod = deployment.getSpec().getTemplate().getSpec();
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            var container = pod.getContainers().getFirst();
            var security = container.getSecurityContext();
            assertThat(security.getReadOnlyRootFilesystem()).isTrue();
            assertThat(security.getAllowPrivilegeEscalation()).isFalse();
            assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(container.getVolumeMounts())
                    .anyMatch(mount -> mount.getMountPath().equals("/tmp"));
            assertThat(container.getResources().getLimits()).containsKey("memory");
        }
    }

    @ParameterizedTest
    @FieldSource("huafang.helm.Chart#VARIANTS")
    void everySecretIsOnlyReferredTo(String variant) {
        var objects = Chart.render(variant);

        assertThat(Chart.all(objects, Secret.class)).isEmpty();
        assertThat(Chart.all(objects, Deployment.class))
                .flatExtracting(ChartTest::environment)
                .filteredOn(variable -> variable.getName().matches(".*(PASSWORD|KEY|JAAS).*"))
                .isNotEmpty()
                .allMatch(variable -> variable.getValueFrom().getSecretKeyRef() != null);
    }

    @Test
    void aWorkerGetsItsGpuAndItsNode() {
        var deployment = Chart.deployment(Chart.render("values-gpu.yaml"), "inference-worker");
        var pod = deployment.getSpec().getTemplate().getSpec();

        var container = pod.getContainers().getFirst();
        assertThat(container.getResources().getLimits())
                .containsEntry("nvidia.com/gpu", new Quantity("1"))
                .containsEntry("memory", new Quantity("16Gi"));
        assertThat(container.getImage()).isEqualTo("huafang/inference-worker:0.1.0-gpu");
        assertThat(pod.getRuntimeClassName()).isEqualTo("nvidia");
        assertThat(pod.getTolerations())
                .singleElement()
                .matches(toleration -> toleration.getKey().equals("nvidia.com/gpu"));
    }

    @Test
    void withoutAGpuNoneIsAskedFor() {
        var worker = Chart.deployment(Chart.render("values.yaml"), "inference-worker");

        var container = worker.getSpec().getTemplate().getSpec().getContainers().getFirst();
        assertThat(container.getResources().getLimits()).containsOnlyKeys("memory");
        assertThat(container.getImage()).isEqualTo("huafang/inference-worker:0.1.0");
    }

    @Test
    void aWorkerHasTimeToFinishOrHandBackAndLeavesBeforeTheNextOneComes() {
        var objects = Chart.render("values.yaml", Map.of("worker.graceSeconds", 90));
        var worker = Chart.deployment(objects, "inference-worker").getSpec();

        assertThat(worker.getTemplate().getSpec().getTerminationGracePeriodSeconds())
                .isEqualTo(110);
        assertThat(value(worker.getTemplate().getSpec(), "HUAFANG_WORKER_GRACE")).isEqualTo("90s");
        assertThat(worker.getStrategy().getRollingUpdate().getMaxSurge().getIntVal()).isZero();
    }

    @Test
    void oneVolumeHoldsTheModelsAndOnlyTheDownloaderWritesToIt() {
        var objects = Chart.render("values.yaml");
        var claim = Chart.all(objects, PersistentVolumeClaim.class).getFirst();

        assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteMany");
        assertThat(claim.getMetadata().getAnnotations())
                .containsEntry("helm.sh/resource-policy", "keep");
        for (String service : List.of("inference-worker", "model-downloader")) {
            var pod = Chart.deployment(objects, service).getSpec().getTemplate().getSpec();
            assertThat(pod.getVolumes())
                    .anyMatch(volume ->
                            volume.getPersistentVolumeClaim() != null
                                    && volume.getPersistentVolumeClaim()
                                            .getClaimName()
                                            .equals(claim.getMetadata().getName()));
            var mount =
                    pod.getContainers().getFirst().getVolumeMounts().stream()
                            .filter(m -> m.getName().equals("models"))
                            .findFirst()
                            .orElseThrow();
            assertThat(mount.getMountPath()).isEqualTo(value(pod, "HUAFANG_MODELS_DIRECTORY"));
            assertThat(Boolean.TRUE.equals(mount.getReadOnly()))
                    .isEqualTo(service.equals("inference-worker"));
        }
    }

    @Test
    void anExistingClaimTakesTheVolumesPlace() {
        var objects = Chart.render("values-public.yaml");

        assertThat(Chart.all(objects, PersistentVolumeClaim.class)).isEmpty();
        var worker = Chart.deployment(objects, "inference-worker").getSpec().getTemplate();
        assertThat(worker.getSpec().getVolumes())
                .anyMatch(volume ->
                        volume.getPersistentVolumeClaim() != null
                                && volume.getPersistentVolumeClaim()
                                        .getClaimName()
                                        .equals("checkpoints"));
    }

    @Test
    void onlyTheGatewayReachesTheServicesBehindIt() {
        var objects = Chart.render("values.yaml");
        var gateway = Chart.deployment(objects, "gateway-service");

        for (String service : List.of("storage-service", "model-downloader")) {
            var policy = Chart.one(objects, NetworkPolicy.class, service).getSpec();
            assertThat(policy.getPodSelector())
                    .isEqualTo(Chart.deployment(objects, service).getSpec().getSelector());
            assertThat(policy.getIngress().getFirst().getFrom().getFirst().getPodSelector())
                    .isEqualTo(gateway.getSpec().getSelector());
        }
        assertThat(
                        Chart.one(objects, NetworkPolicy.class, "inference-worker")
                                .getSpec()
                                .getIngress())
                .isEmpty();
        var without = Chart.render("values.yaml", Map.of("networkPolicy.enabled", false));
        assertThat(Chart.all(without, NetworkPolicy.class)).isEmpty();
    }

    @Test
    void thePublicVariantIsEncryptedOnAllSidesAndAsksTheIssuer() {
        var objects = Chart.render("values-public.yaml");
        var ingress = Chart.one(objects, Ingress.class, "gateway-service").getSpec();
        var gateway =
                Chart.deployment(objects, "gateway-service").getSpec().getTemplate().getSpec();
        var storage =
                Chart.deployment(objects, "storage-service").getSpec().getTemplate().getSpec();

        assertThat(ingress.getTls().getFirst().getHosts()).containsExactly("pictures.example");
        assertThat(value(gateway, "QUARKUS_OIDC_AUTH_SERVER_URL"))
                .isEqualTo("https://keycloak.example/realms/huafang");
        assertThat(value(gateway, "KAFKA_SECURITY_PROTOCOL")).isEqualTo("SASL_SSL");
        assertThat(value(storage, "QUARKUS_DATASOURCE_REACTIVE_MYSQL_SSL_MODE"))
                .isEqualTo("REQUIRED");
        assertThat(value(storage, "QUARKUS_DATASOURCE_JDBC_URL")).contains("sslMode=REQUIRED");
    }

    @Test
    void theGatewayFindsTheServicesByTheirNames() {
        var objects = Chart.render("values.yaml");
        var gateway =
                Chart.deployment(objects, "gateway-service").getSpec().getTemplate().getSpec();

        for (var peer :
                Map.of(
                                "HUAFANG_STORAGE_URL", "storage-service",
                                "HUAFANG_DOWNLOADER_URL", "model-downloader")
                        .entrySet()) {
            HasMetadata service = Chart.one(objects, Service.class, peer.getValue());
            assertThat(value(gateway, peer.getKey()))
                    .isEqualTo("http://" + service.getMetadata().getName());
        }
    }

    @Test
    void theNotesNameTheSecretsAndThePage() {
        var notes =
                Chart.helm()
                        .install()
                        .withName(Chart.RELEASE)
                        .withKubeVersion("1.32.0")
                        .clientOnly()
                        .dryRun()
                        .withValuesFile(Chart.FOLDER.resolve("values-public.yaml"))
                        .call()
                        .getOutput();

        assertThat(notes)
                .contains("huafang-mysql", "huafang-kafka", "huafang-auth")
                .contains("https://pictures.example");
    }

    private static List<EnvVar> environment(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv();
    }

    private static String value(PodSpec pod, String name) {
        return pod.getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .map(EnvVar::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not set"));
    }
}

package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DeviceTest {
    @Test
    void settingsAreReadInAnyCase() {
        assertThat(Device.of("cpu")).isEqualTo(Device.CPU);
        assertThat(Device.of("CPU")).isEqualTo(Device.CPU);
        assertThatThrownBy(() -> Device.of("tpu"))
                .hasMessage("the device: found 'tpu', allowed: auto, cpu, cuda");
    }

    @Test
    void autoFallsBackAndCudaDoesNot() {
        String reason = Device.CUDA.reasonAgainst();
        assertThat(Device.of("auto")).isEqualTo(reason.isEmpty() ? Device.CUDA : Device.CPU);
        if (!reason.isEmpty()) {
            assertThatThrownBy(() -> Device.of("cuda"))
                    .hasMessage("the device cuda cannot be used: " + reason);
        }
    }
}

package huafang.single;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceTest {
    @TempDir Path folder;
    private Process child;

    @AfterEach
    void end() throws Exception {
        if (child != null) {
            child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatAKilledRunLeftBehindIsFound() throws Exception {
        child = new ProcessBuilder("sleep", "300").start();
        var killed = Instance.take(folder).orElseThrow();
        killed.begin("http://localhost:1");
        killed.add("database", child.toHandle());
        var list = Files.readString(folder.resolve("processes"));
        killed.close();
        Files.writeString(folder.resolve("processes"), list + "cut off");

        try (var next = Instance.take(folder).orElseThrow()) {
            assertThat(next.strays()).contains(child.toHandle());
        }
    }

    @Test
    void anotherProcessWithTheSameNumberIsLeftAlone() throws Exception {
        child = new ProcessBuilder("sleep", "300").start();
        var line = "database " + child.pid() + " 1000000000000 ";
        Files.writeString(folder.resolve("processes"), line + "\n");

        try (var next = Instance.take(folder).orElseThrow()) {
            assertThat(next.strays()).isEmpty();
        }
    }

    @Test
    void namesTheRunningOne() {
        try (var running = Instance.take(folder).orElseThrow()) {
            running.begin("http://localhost:8080");

            var entry = Instance.running(folder).orElseThrow();

            assertThat(entry.url()).isEqualTo("http://localhost:8080");
            assertThat(entry.process()).contains(ProcessHandle.current());
        }
        assertThat(Instance.running(folder)).isEmpty();
    }
}

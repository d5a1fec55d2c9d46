package huafang.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeashTest {
    @Test
    void aChildEndsWhenItsParentIsKilled() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var classes = System.getProperty("java.class.path");
        var parent = new ProcessBuilder(java, "-cp", classes, Parent.class.getName()).start();
        long child;
        try (var reader = parent.inputReader()) {
            child = Long.parseLong(reader.readLine());
        }
        var handle = ProcessHandle.of(child).orElseThrow();

        parent.destroyForcibly().waitFor();

        assertThat(handle.onExit().get(20, TimeUnit.SECONDS).isAlive()).isFalse();
    }

    @Test
    void aChildThatDiesByItselfIsSeenToDie() throws Exception {
        var child = Leash.start(new ProcessBuilder("sh", "-c", "exit 7"));

        assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(7);
    }

    @Test
    void aDeafChildIsKilledWhenPatienceEnds() throws Exception {
        var deaf = "trap '' TERM; echo deaf; while :; do sleep 0.1; done";
        var child = Leash.start(new ProcessBuilder("sh", "-c", deaf));
        assertThat(child.inputReader().readLine()).isEqualTo("deaf");

        Leash.end(child, 1);

        assertThat(child.isAlive()).isFalse();
    }

    /** Starts a child, names it, and waits to be killed. */
    static final class Parent {
        public static void main(String[] arguments) throws Exception {
            System.out.println(Leash.start(new ProcessBuilder("sleep", "300")).pid());
            Thread.sleep(300_000);
        }
    }
}

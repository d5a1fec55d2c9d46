package huafang.single;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where things lie.
 *
 * @param root the clone
 * @param var everything that outlives a start, and nothing else
 */
record Layout(Path root, Path var) {

    static Layout of(Path root, String var) {
        var home = root.toAbsolutePath().normalize();
        return new Layout(home, var == null ? home.resolve("var") : Path.of(var).toAbsolutePath());
    }

    Path secrets() {
        return var.resolve("secrets");
    }

    Path run() {
        return var.resolve("run");
    }

    Path broker() {
        return var.resolve("broker");
    }

    Path database() {
        return var.resolve("database");
    }

    /** The folder that holds {@code Stable-diffusion/}. */
    Path models() {
        return var.resolve("models");
    }

    Path log(String name) {
        return var.resolve("log").resolve(name + ".log");
    }

    /** The folders in {@code var/} that hold state. */
    List<Path> state() {
        return Stream.of("secrets", "run", "broker", "database", "models", "log", "bench")
                .map(var::resolve)
                .toList();
    }

    Path serviceJar(String module) {
        return root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }

    Path demoModels() {
        return root.resolve("deploy/models");
    }

    /** A path as a user in the clone would write it. */
    String shown(Path path) {
        return path.startsWith(root) ? root.relativize(path).toString() : path.toString();
    }
}

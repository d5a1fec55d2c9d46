package huafang.single;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The walls between the modules, read from the classes that the build made. */
class ArchitectureTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    /** A module, the package that is its own, and the packages of ours that it may use besides. */
    enum Module {
        CONTRACTS("contracts", "huafang.contracts"),
        ENGINE("engine", "huafang.engine"),
        SERVERS("deploy/servers", "huafang.servers"),
        GATEWAY(
                "gateway-service",
                "huafang.gateway",
                "huafang.contracts..",
                "huafang.engine.pixels..",
                "huafang.engine.png.."),
        WORKER("inference-worker", "huafang.worker", "huafang.contracts..", "huafang.engine.."),
        STORAGE("storage-service", "huafang.storage", "huafang.contracts.."),
        DOWNLOADER(
                "model-downloader",
                "huafang.downloader",
                "huafang.contracts..",
                "huafang.engine.checkpoint.."),
        SINGLE("deploy/single", "huafang.single", "huafang.servers..");

        private final String folder;
        private final String own;
        private final String[] allowed;

        Module(String folder, String own, String... others) {
            this.folder = folder;
            this.own = own;
            this.allowed = new String[others.length + 1];
            this.allowed[0] = own + "..";
            System.arraycopy(others, 0, allowed, 1, others.length);
        }

        JavaClasses classes() {
            var place = ROOT.resolve(folder).resolve("target/classes");
            var classes = new ClassFileImporter().importPath(place);
            assertThat(classes).as("classes in %s; build the module first", place).isNotEmpty();
            return classes;
        }
    }

    @ParameterizedTest
    @EnumSource(Module.class)
    void livesInItsOwnPackage(Module module) {
        Set<String> elsewhere = new TreeSet<>();
        for (JavaClass type : module.classes()) {
            var name = type.getPackageName();
            if (!name.equals(module.own) && !name.startsWith(module.own + ".")) {
                elsewhere.add(type.getName());
            }
        }
        assertThat(elsewhere).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Module.class)
    void usesOnlyWhatItMay(Module module) {
        DescribedPredicate<JavaClass> others =
                JavaClass.Predicates.resideInAPackage("huafang..")
                        .and(
                                DescribedPredicate.not(
                                        JavaClass.Predicates.resideInAnyPackage(module.allowed)))
                        .as("of Huafang, outside %s", List.of(module.allowed));

        noClasses().should().dependOnClassesThat(others).check(module.classes());
    }

    @ParameterizedTest
    @EnumSource(
            value = Module.class,
            names = {"CONTRACTS", "ENGINE", "SINGLE"})
    void isPlainJava(Module module) {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..", "io.smallrye..", "jakarta..", "org.eclipse.microprofile..")
                .check(module.classes());
    }

    @ParameterizedTest
    @EnumSource(Module.class)
    void hasNoCyclesBetweenItsPackages(Module module) {
        slices().matching("huafang.(**)").should().beFreeOfCycles().check(module.classes());
    }
}

package huafang.faults;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/**
 * Has a service die at a named point of its own code, the first time that it comes there after a
 * file was laid; sets the clock that its own code reads; and can break it on purpose. The service
 * itself knows nothing of this.
 */
public final class CrashAgent implements ClassFileTransformer {
    /** The file that says how many seconds the clock is ahead. */
    static final String CLOCK = "clock";

    private static final long CLOCK_READING_NANOS = 200_000_000;
    private static final ClassDesc SELF = ClassDesc.of(CrashAgent.class.getName());
    private static final MethodTypeDesc REACH =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);
    private static final MethodTypeDesc REACH_WITH =
            MethodTypeDesc.of(
                    ConstantDescs.CD_void,
                    ConstantDescs.CD_String,
                    ConstantDescs.CD_Object,
                    ConstantDescs.CD_String);

    /** Until what was sent before a point is under way. */
    private static final long SENDING_MILLIS = 100;

    private static final ClassDesc INSTANT = ClassDesc.of(Instant.class.getName());
    private static Path clock;
    private static long clockReadAt;
    private static long ahead;

    private final Map<String, List<CrashPoint>> points = new HashMap<>();
    private final Map<String, Breakage> breakages = new HashMap<>();
    private final Path folder;

    private CrashAgent(Path folder) {
        this.folder = folder;
        for (CrashPoint point : CrashPoint.values()) {
            points.computeIfAbsent(point.type(), type -> new ArrayList<>()).add(point);
        }
    }

    /**
     * @param arguments the folder in which files name the points to die at, and perhaps, after a
     *     comma, what to break
     */
    public static void premain(String arguments, Instrumentation jvm) {
        var words = arguments.split(",");
        var agent = new CrashAgent(Path.of(words[0]));
        clock = agent.folder.resolve(CLOCK);
        for (int i = 1; i < words.length; i++) {
            var breakage = Breakage.valueOf(words[i]);
            agent.breakages.put(breakage.type(), breakage);
        }
        jvm.addTransformer(agent);
    }

    /** Called by the services at each point. */
    public static void reach(String file) {
        if (new File(file).delete()) {
            Runtime.getRuntime().halt(137);
        }
    }

    /** Likewise, where this is found in the argument's text. */
    public static void reach(String file, Object argument, String text)
            throws InterruptedException {
        if (new File(file).exists() && Pattern.compile(text).matcher("" + argument).find()) {
            Thread.sleep(SENDING_MILLIS);
            reach(file);
        }
    }

    /** The time, as the services are told. */
    public static synchronized Instant now() {
        if (System.nanoTime() - clockReadAt > CLOCK_READING_NANOS) {
            clockReadAt = System.nanoTime();
            try {
                String seconds = Files.exists(clock) ? Files.readString(clock) : "";
                ahead = seconds.isEmpty() ? 0 : Long.parseLong(seconds);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return Instant.now().plusSeconds(ahead);
    }

    @Override
    public byte[] transform(
            ClassLoader loader,
            String name,
            Class<?> redefined,
            ProtectionDomain domain,
            byte[] bytes) {
        List<CrashPoint> here = points.getOrDefault(name, List.of());
        Breakage breakage = breakages.get(name);
        if (here.isEmpty() && breakage == null && !name.startsWith("huafang/")) {
            return null;
        }
        try {
            byte[] changed =
                    name.startsWith("huafang/")
                            ? change(loader, bytes, method -> true, CrashAgent::readingClock)
                            : bytes;
            for (CrashPoint point : here) {
                changed = change(loader, changed, point::isIn, calling(point));
            }
            return breakage == null
                    ? changed
                    : change(loader, changed, breakage::isIn, breakage.transform());
        } catch (RuntimeException | Error e) {
            e.printStackTrace(); // the JVM would pass over it, and the point would never be reached
            Runtime.getRuntime().halt(1);
            throw e;
        }
    }

    private static byte[] change(
            ClassLoader loader, byte[] bytes, Predicate<MethodModel> where, CodeTransform how) {
        var hierarchy = ClassHierarchyResolver.ofResourceParsing(loader);
        var format = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy));
        var type = format.parse(bytes);
        if (type.methods().stream().noneMatch(where) && !type.methods().isEmpty()) {
            throw new IllegalStateException("no such method in " + type.thisClass().name());
        }
        return format.transformClass(type, ClassTransform.transformingMethodBodies(where, how));
    }

    private static void readingClock(CodeBuilder code, CodeElement element) {
        if (element instanceof InvokeInstruction call
                && call.owner().asSymbol().equals(INSTANT)
                && call.name().equalsString("now")
                && call.typeSymbol().parameterCount() == 0) {
            code.invokestatic(SELF, "now", call.typeSymbol());
        } else {
            code.with(element);
        }
    }

    private CodeTransform calling(CrashPoint point) {
        String file = folder.resolve(point.name()).toString();
        return CodeTransform.ofStateful(() ->
                new CodeTransform() {
                    private boolean hasBegun;

                    @Override
                    public void accept(CodeBuilder code, CodeElement element) {
                        boolean isHere =
                                point.isAtEnd() ? element instanceof ReturnInstruction : !hasBegun;
                        hasBegun = true;
                        if (isHere) {
                            reach(code, file, point.argument());
                        }
                        code.with(element);
                    }
                });
    }

    private static void reach(CodeBuilder code, String file, CrashPoint.Argument argument) {
        code.loadConstant(file);
        if (argument == null) {
            code.invokestatic(SELF, "reach", REACH);
        } else {
            code.aload(argument.slot())
                    .loadConstant(argument.text())
                    .invokestatic(SELF, "reach", REACH_WITH);
        }
    }

    /** Writes the agent as a jar, as the JVM wants it. */
    static Path jar(Path folder) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", CrashAgent.class.getName());
        Path jar = folder.resolve("crash-agent.jar");
        Path classes = Path.of("target/test-classes").toAbsolutePath();
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var files = Files.list(classes.resolve("huafang/faults"))) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                if (file.getFileName().toString().matches("(CrashAgent|CrashPoint|Breakage).*")) {
                    out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                    Files.copy(file, out);
                }
            }
        }
        return jar;
    }
}

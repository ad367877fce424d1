import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the classes of a jar anew, in place, in a format that an AOT cache takes: it takes none from before Java 6, because only
 * since then has a class held what its verification needs (JVMS §4.7.4). What the classes do stays the same.
 *
 *   java CacheableClasses.java lib/picocli-4.7.7.jar      with a JDK 24 or newer
 */
final class CacheableClasses {
    private static final int JAVA_17 = 61;

    public static void main(String[] arguments) throws IOException {
        for (String jar : arguments) {
            try (FileSystem entries = FileSystems.newFileSystem(URI.create("jar:" + Path.of(jar).toUri()), Map.of())) {
                renew(entries.getPath("/"));
            }
        }
    }

    private static void renew(Path root) throws IOException {
        List<Path> all;
        try (var files = Files.walk(root)) {
            all = files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.getFileName().toString().equals("module-info.class"))
                    .toList();
        }
        ClassHierarchyResolver own = ClassHierarchyResolver.ofResourceParsing(type -> open(root, type));
        ClassFile format = ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ClassHierarchyResolverOption.of(
                        own.orElse(ClassHierarchyResolver.defaultResolver()).cached()));
        // Each instruction is passed on by itself: of code that is passed on whole no frames are made.
        ClassTransform bodies = ClassTransform.transformingMethodBodies((made, element) -> made.with(element));
        ClassTransform newer = bodies.andThen((made, element) -> {
            if (element instanceof ClassFileVersion) {
                made.withVersion(JAVA_17, 0);
            } else {
                made.with(element);
            }
        });
        Map<Path, byte[]> renewed = new HashMap<>();
        for (Path file : all) {
            renewed.put(file, format.transformClass(format.parse(Files.readAllBytes(file)), newer));
        }
        for (Map.Entry<Path, byte[]> entry : renewed.entrySet()) {
            Files.write(entry.getKey(), entry.getValue());
        }
        System.out.println(renewed.size() + " classes of " + root.getFileSystem() + " written anew");
    }

    /** Null if it is none of the jar's. */
    private static InputStream open(Path root, ClassDesc type) {
        String name = type.descriptorString();
        Path file = root.resolve(name.substring(1, name.length() - 1) + ".class");
        try {
            return Files.exists(file) ? Files.newInputStream(file) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

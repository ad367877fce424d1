package io.ferrule.token;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls into a C library of a 64-bit Unix, where a pointer and an {@code unsigned long} are as long as Java's. By reflection, because
 * {@code java.lang.foreign} is there since Java 22 only, and the program runs on 17.
 */
final class Foreign {
    static final int LEAST_JAVA = 22;

    private final Object linker = type("Linker").getMethod("nativeLinker").invoke(null);
    private final Object number = type("ValueLayout").getField("JAVA_LONG").get(null);
    private final Object library;

    /**
     * Loads a library, for good.
     *
     * @throws ReflectiveOperationException on a Java that is too old, with an {@code InvocationTargetException} if the library cannot
     *     be loaded
     */
    Foreign(Path file) throws ReflectiveOperationException {
        Object forever = type("Arena").getMethod("global").invoke(null);
        library = type("SymbolLookup")
                .getMethod("libraryLookup", Path.class, type("Arena"))
                .invoke(null, file, forever);
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }

    /** The address of a function that the library exports; empty if it does not. */
    Optional<Long> find(String name) throws ReflectiveOperationException {
        Optional<?> found = (Optional<?>)
                type("SymbolLookup").getMethod("find", String.class).invoke(library, name);
        return found.isEmpty() ? Optional.empty() : Optional.of(address(found.get()));
    }

    /** A function of whole numbers and pointers that returns a number. */
    MethodHandle function(long address, int arguments) throws ReflectiveOperationException {
        Class<?> layouts = type("MemoryLayout");
        Object list = Array.newInstance(layouts, arguments);
        for (int i = 0; i < arguments; i++) {
            Array.set(list, i, number);
        }
        Object descriptor = type("FunctionDescriptor")
                .getMethod("of", layouts, list.getClass())
                .invoke(null, number, list);
        Object none = Array.newInstance(type("Linker$Option"), 0);
        return (MethodHandle) type("Linker")
                .getMethod("downcallHandle", type("MemorySegment"), type("FunctionDescriptor"), none.getClass())
                .invoke(linker, at(address), descriptor, none);
    }

    private static Object at(long address) throws ReflectiveOperationException {
        return type("MemorySegment").getMethod("ofAddress", long.class).invoke(null, address);
    }

    private static long address(Object segment) throws ReflectiveOperationException {
        return (long) type("MemorySegment").getMethod("address").invoke(segment);
    }

    /** Memory of the library's own, to be read. */
    static ByteBuffer view(long address, long bytes) throws ReflectiveOperationException {
        Object segment =
                type("MemorySegment").getMethod("reinterpret", long.class).invoke(at(address), bytes);
        return ((ByteBuffer) type("MemorySegment").getMethod("asByteBuffer").invoke(segment))
                .order(ByteOrder.nativeOrder());
    }

    /** Where the bytes of a direct buffer are, which has to be kept as long as that is used; 0 for none. */
    static long address(@Nullable ByteBuffer direct) {
        try {
            return direct == null ? 0 : (long) Segment.ADDRESS.invoke(Segment.OF_BUFFER.invoke(null, direct));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // the library could not have been loaded
        }
    }

    /** What each call needs some times, found once; not loaded before a library is. */
    private static final class Segment {
        static final Method OF_BUFFER = method("ofBuffer", Buffer.class);
        static final Method ADDRESS = method("address");

        private static Method method(String name, Class<?>... arguments) {
            try {
                return type("MemorySegment").getMethod(name, arguments);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Memory that C can read and write. */
    static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(Math.max(bytes, 1)).order(ByteOrder.nativeOrder());
    }

    /** The same that holds these bytes. */
    static ByteBuffer memory(byte[] bytes) {
        return memory(bytes.length).put(0, bytes);
    }

    /** The same that holds these numbers of C. */
    static ByteBuffer numbers(long... numbers) {
        ByteBuffer memory = memory(numbers.length * Long.BYTES);
        Arrays.stream(numbers).forEach(memory::putLong);
        return memory.rewind();
    }
}

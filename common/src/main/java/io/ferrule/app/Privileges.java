package io.ferrule.app;

import io.ferrule.net.Errno;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes this process another user's, for good, by setgid(2), setgroups(2) and setuid(2) of the C library, which has every thread of
 * the process do it (nptl(7)). By reflection, because {@code java.lang.foreign} is there since Java 22 only, and the program runs on
 * 17.
 */
final class Privileges {
    private static final Path THREADS = Path.of("/proc/self/task");

    private final Foreign foreign = new Foreign();

    private Privileges() throws ReflectiveOperationException {}

    /**
     * Changes the group, all groups to that one, and then the user; and makes sure that no thread can go back.
     *
     * @param user 0 leaves it as it is
     * @param group 0 leaves it as it is, and the other groups too
     * @throws IOException with the call and its error, such as {@code setuid: Operation not permitted (1)}. Then the process may be
     *     neither who it was nor who it was to be, and has to end.
     */
    static void giveUp(int user, int group) throws IOException {
        try {
            Privileges privileges = new Privileges();
            if (group != 0) {
                privileges.call("setgid", group);
                privileges.setGroups(group);
            }
            if (user != 0) {
                privileges.call("setuid", user);
                if (privileges.foreign.setId("setuid", 0) == 0) {
                    throw new IOException("setuid: the process could become root again");
                }
            }
            verify(user, group);
        } catch (ReflectiveOperationException e) {
            throw new IOException("setuid: this Java runtime cannot call the C library: " + e, e);
        }
    }

    private void call(String function, int id) throws IOException, ReflectiveOperationException {
        int errno = foreign.setId(function, id);
        if (errno != 0) {
            throw new IOException(function + ": " + Errno.told(errno));
        }
    }

    private void setGroups(int group) throws IOException, ReflectiveOperationException {
        int errno = foreign.setGroups(group);
        if (errno != 0) {
            throw new IOException("setgroups: " + Errno.told(errno));
        }
    }

    /** Real, effective, saved and of the file system: of each thread. */
    private static void verify(int user, int group) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                List<String> status = status(thread);
                check(status, "Uid:", user, 4);
                check(status, "Gid:", group, 4);
                check(status, "Groups:", group, 1);
            }
        }
    }

    private static List<String> status(Path thread) throws IOException {
        try {
            return Files.readAllLines(thread.resolve("status"));
        } catch (NoSuchFileException e) {
            return List.of(); // it has ended meanwhile
        }
    }

    private static void check(List<String> status, String field, int id, int times) throws IOException {
        String expected = field + ("\t" + id).repeat(times);
        Optional<String> other = status.stream()
                .filter(line -> line.startsWith(field) && !line.stripTrailing().equals(expected))
                .findFirst();
        if (id != 0 && other.isPresent()) {
            throw new IOException("setuid: a thread of this process still is "
                    + other.get().strip().replace('\t', ' '));
        }
    }

    /** The few functions of the C library, found once. */
    private static final class Foreign {
        private final Object linker = type("Linker").getMethod("nativeLinker").invoke(null);
        private final Object arena = type("Arena").getMethod("ofAuto").invoke(null);
        private final Object errno = allocate(layoutBytes());

        Foreign() throws ReflectiveOperationException {}

        private static Class<?> type(String name) throws ClassNotFoundException {
            return Class.forName("java.lang.foreign." + name);
        }

        private static Object layout(String name) throws ReflectiveOperationException {
            return type("ValueLayout").getField(name).get(null);
        }

        private static long layoutBytes() throws ReflectiveOperationException {
            Object state = type("Linker$Option").getMethod("captureStateLayout").invoke(null);
            return (long) type("MemoryLayout").getMethod("byteSize").invoke(state);
        }

        private Object allocate(long bytes) throws ReflectiveOperationException {
            return type("SegmentAllocator")
                    .getMethod("allocate", long.class, long.class)
                    .invoke(arena, bytes, (long) Long.BYTES);
        }

        /** The error's number; 0 for none. */
        int setId(String function, int id) throws ReflectiveOperationException {
            return call(handle(function, layout("JAVA_INT")), id);
        }

        int setGroups(int only) throws ReflectiveOperationException {
            Object list = allocate(Integer.BYTES);
            type("MemorySegment")
                    .getMethod("set", type("ValueLayout$OfInt"), long.class, int.class)
                    .invoke(list, layout("JAVA_INT"), 0L, only);
            return call(handle("setgroups", layout("JAVA_LONG"), layout("ADDRESS")), 1L, list);
        }

        private MethodHandle handle(String function, Object... arguments) throws ReflectiveOperationException {
            Class<?> layouts = type("MemoryLayout");
            Object list = Array.newInstance(layouts, arguments.length);
            for (int i = 0; i < arguments.length; i++) {
                Array.set(list, i, arguments[i]);
            }
            Object descriptor = type("FunctionDescriptor")
                    .getMethod("of", layouts, list.getClass())
                    .invoke(null, layout("JAVA_INT"), list);
            Object options = Array.newInstance(type("Linker$Option"), 1);
            Object capture = type("Linker$Option")
                    .getMethod("captureCallState", String[].class)
                    .invoke(null, (Object) new String[] {"errno"});
            Array.set(options, 0, capture);
            Object lookup = type("Linker").getMethod("defaultLookup").invoke(linker);
            Optional<?> found = (Optional<?>)
                    type("SymbolLookup").getMethod("find", String.class).invoke(lookup, function);
            return (MethodHandle) type("Linker")
                    .getMethod("downcallHandle", type("MemorySegment"), type("FunctionDescriptor"), options.getClass())
                    .invoke(linker, found.orElseThrow(() -> new NoSuchMethodException(function)), descriptor, options);
        }

        private int call(MethodHandle function, Object... arguments) throws ReflectiveOperationException {
            Object[] all = new Object[arguments.length + 1];
            all[0] = errno;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            try {
                int result = (int) function.invokeWithArguments(all);
                return result == 0 ? 0 : lastError();
            } catch (RuntimeException | Error | ReflectiveOperationException e) {
                throw e;
            } catch (Throwable e) {
                throw new ReflectiveOperationException(e);
            }
        }

        /** The only thing that was asked to be kept stands at the begin. */
        private int lastError() throws ReflectiveOperationException {
            return (int) type("MemorySegment")
                    .getMethod("get", type("ValueLayout$OfInt"), long.class)
                    .invoke(errno, layout("JAVA_INT"), 0L);
        }
    }
}

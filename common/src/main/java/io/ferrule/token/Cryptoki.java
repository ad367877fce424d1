package io.ferrule.token;

import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The library of a kind of token: the calls of PKCS #11 (v2.40, §11) and nothing else. Any thread; a session is for one thread at a
 * time. Each call may take as long as the token does.
 */
final class Cryptoki {
    private static final long OS_LOCKING_OK = 2; // CKF_OS_LOCKING_OK: threads of the system may call, several at once
    private static final long TOKEN_PRESENT = 1;
    private static final long SERIAL_SESSION = 4; // CKF_SERIAL_SESSION, which every session needs
    private static final int MOST_OBJECTS = 256;
    private static final int MOST_SLOTS = 1024;
    private static final int LARGEST_VALUE = 1 << 16;
    private static final int LARGEST_SIGNATURE = 1 << 11; // RSA of 16,384 bits
    private static final int FUNCTIONS = 68;

    /** Places in CK_FUNCTION_LIST, behind the version. */
    private enum Function {
        INITIALIZE("C_Initialize", 0, 1),
        SLOT_LIST("C_GetSlotList", 4, 3),
        TOKEN_INFO("C_GetTokenInfo", 6, 2),
        OPEN_SESSION("C_OpenSession", 12, 5),
        CLOSE_SESSION("C_CloseSession", 13, 1),
        LOGIN("C_Login", 18, 4),
        ATTRIBUTES("C_GetAttributeValue", 24, 4),
        FIND_BEGIN("C_FindObjectsInit", 26, 3),
        FIND("C_FindObjects", 27, 4),
        FIND_END("C_FindObjectsFinal", 28, 1),
        SIGN_BEGIN("C_SignInit", 42, 3),
        SIGN("C_Sign", 43, 5);

        private final String label;
        private final int place;
        private final int arguments;

        Function(String label, int place, int arguments) {
            this.label = label;
            this.place = place;
            this.arguments = arguments;
        }
    }

    private final Map<Function, MethodHandle> functions = new EnumMap<>(Function.class);

    private Cryptoki(Foreign library) throws ReflectiveOperationException, CryptokiException {
        ByteBuffer pointer = Foreign.numbers(0);
        long address = library.find("C_GetFunctionList")
                .orElseThrow(() -> new NoSuchMethodException("it has no C_GetFunctionList"));
        invoke("C_GetFunctionList", library.function(address, 1), pointer);
        ByteBuffer list = Foreign.view(pointer.getLong(0), (FUNCTIONS + 1) * (long) Long.BYTES);
        for (Function each : Function.values()) {
            functions.put(each, library.function(list.getLong((each.place + 1) * Long.BYTES), each.arguments));
        }
    }

    /**
     * Loads a module and makes it ready; again, if it is already.
     *
     * @throws TokenException with a sentence for the operator
     */
    static Cryptoki load(Path module) throws TokenException {
        if (Runtime.version().feature() < Foreign.LEAST_JAVA) {
            throw new TokenException("keys in tokens need Java " + Foreign.LEAST_JAVA + " or later, and this is "
                    + Runtime.version().feature() + ": start the program with a newer one");
        }
        if (!Files.isRegularFile(module)) {
            throw new TokenException(
                    "there is no PKCS#11 module " + module + ": install the token's library, or mend" + " the path");
        }
        try {
            Cryptoki cryptoki = new Cryptoki(new Foreign(module));
            cryptoki.initialize();
            return cryptoki;
        } catch (InvocationTargetException e) {
            throw new TokenException(module + " cannot be loaded: " + e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new TokenException(module + " is no PKCS#11 module: " + e.getMessage());
        } catch (CryptokiException e) {
            throw new TokenException("the PKCS#11 module " + module + " does not start: " + e.getMessage());
        }
    }

    private void initialize() throws CryptokiException {
        ByteBuffer arguments = Foreign.numbers(0, 0, 0, 0, OS_LOCKING_OK, 0);
        try {
            call(Function.INITIALIZE, arguments);
        } catch (CryptokiException e) {
            if (!e.is(CryptokiException.ALREADY_INITIALIZED)) {
                throw e;
            }
        }
    }

    /** The slots that have a token in them. */
    List<Long> slots() throws CryptokiException {
        ByteBuffer count = Foreign.numbers(MOST_SLOTS);
        ByteBuffer list = Foreign.memory(MOST_SLOTS * Long.BYTES);
        call(Function.SLOT_LIST, TOKEN_PRESENT, list, count);
        List<Long> slots = new ArrayList<>();
        for (int i = 0; i < count.getLong(0); i++) {
            slots.add(list.getLong(i * Long.BYTES));
        }
        return slots;
    }

    TokenInfo token(long slot) throws CryptokiException {
        ByteBuffer memory = Foreign.memory(TokenInfo.BYTES);
        call(Function.TOKEN_INFO, slot, memory);
        return TokenInfo.of(slot, memory);
    }

    long openSession(long slot) throws CryptokiException {
        ByteBuffer session = Foreign.numbers(0);
        call(Function.OPEN_SESSION, slot, SERIAL_SESSION, 0, 0, session);
        return session.getLong(0);
    }

    void closeSession(long session) throws CryptokiException {
        call(Function.CLOSE_SESSION, session);
    }

    /**
     * Opens the token for all sessions of this process.
     *
     * @param user 1, or 2 for one use of a key that wants the PIN each time
     * @param pin null if it is typed at the token itself
     */
    void login(long session, long user, byte @Nullable [] pin) throws CryptokiException {
        ByteBuffer memory = pin == null ? null : Foreign.memory(pin);
        try {
            call(Function.LOGIN, session, user, memory == null ? 0L : memory, pin == null ? 0L : (long) pin.length);
        } finally {
            if (memory != null) {
                memory.put(0, new byte[memory.capacity()]);
            }
        }
    }

    /** The objects that have all of these attributes. */
    List<Long> find(long session, List<Attribute> template) throws CryptokiException {
        try {
            call(Function.FIND_BEGIN, session, Attribute.template(template), template.size());
        } finally {
            Reference.reachabilityFence(template); // the values, to which its memory points
        }
        List<Long> objects = new ArrayList<>();
        try {
            ByteBuffer list = Foreign.memory(MOST_OBJECTS * Long.BYTES);
            ByteBuffer count = Foreign.numbers(0);
            call(Function.FIND, session, list, MOST_OBJECTS, count);
            for (int i = 0; i < count.getLong(0); i++) {
                objects.add(list.getLong(i * Long.BYTES));
            }
        } finally {
            call(Function.FIND_END, session);
        }
        return objects;
    }

    /** An attribute of an object; empty if it has none of that kind, or does not tell. */
    byte[] attribute(long session, long object, long type) throws CryptokiException {
        ByteBuffer value = Foreign.memory(LARGEST_VALUE);
        ByteBuffer asked = Foreign.numbers(type, Foreign.address(value), LARGEST_VALUE);
        try {
            call(Function.ATTRIBUTES, session, object, asked, 1);
        } catch (CryptokiException e) {
            if (e.isLoss()) {
                throw e;
            }
            return new byte[0];
        }
        long bytes = asked.getLong(2 * Long.BYTES);
        byte[] read = new byte[bytes < 0 || bytes > LARGEST_VALUE ? 0 : (int) bytes];
        value.get(0, read);
        return read;
    }

    /** The first half of a signature. */
    void signBegin(long session, Mechanism mechanism, long key) throws CryptokiException {
        long[] numbers =
                mechanism.parameter().stream().mapToLong(Long::longValue).toArray();
        ByteBuffer parameter = numbers.length == 0 ? null : Foreign.numbers(numbers);
        ByteBuffer memory =
                Foreign.numbers(mechanism.type(), Foreign.address(parameter), (long) numbers.length * Long.BYTES);
        try {
            call(Function.SIGN_BEGIN, session, memory, key);
        } finally {
            Reference.reachabilityFence(parameter);
        }
    }

    byte[] sign(long session, byte[] input) throws CryptokiException {
        ByteBuffer in = Foreign.memory(input);
        ByteBuffer out = Foreign.memory(LARGEST_SIGNATURE);
        ByteBuffer bytes = Foreign.numbers(LARGEST_SIGNATURE);
        call(Function.SIGN, session, in, input.length, out, bytes);
        byte[] signature = new byte[Math.toIntExact(bytes.getLong(0))];
        out.get(0, signature);
        return signature;
    }

    /** Arguments are numbers, and memory that is kept as long as the call takes, but not what it points to. */
    private void call(Function function, Object... arguments) throws CryptokiException {
        MethodHandle handle = functions.get(function);
        if (handle == null) {
            throw new IllegalStateException(function.label); // all are there
        }
        invoke(function.label, handle, arguments);
    }

    private static void invoke(String name, MethodHandle function, Object... arguments) throws CryptokiException {
        long code;
        try {
            code = (long) function.invokeWithArguments(
                    Arrays.stream(arguments).map(Cryptoki::number).toArray());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e); // a call into C throws nothing
        } finally {
            Reference.reachabilityFence(arguments);
        }
        if (code != 0) {
            throw new CryptokiException(name, code);
        }
    }

    private static Long number(Object argument) {
        return argument instanceof ByteBuffer memory ? Foreign.address(memory) : ((Number) argument).longValue();
    }
}

package io.ferrule.token;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a token's library answered instead of doing what it was asked (PKCS #11 v2.40, §11.1). */
final class CryptokiException extends Exception {
    private static final long serialVersionUID = 1L;

    static final long ALREADY_INITIALIZED = 0x191;
    static final long ALREADY_LOGGED_IN = 0x100;
    static final long MECHANISM_INVALID = 0x70;
    static final long BUFFER_TOO_SMALL = 0x150;

    private static final Map<Long, String> NAMES = Map.ofEntries(
            Map.entry(0x05L, "general error"),
            Map.entry(0x06L, "function failed"),
            Map.entry(0x30L, "device error"),
            Map.entry(0x31L, "device memory"),
            Map.entry(0x32L, "device removed"),
            Map.entry(0x60L, "key handle invalid"),
            Map.entry(0x63L, "key type inconsistent"),
            Map.entry(0x68L, "key function not permitted"),
            Map.entry(MECHANISM_INVALID, "mechanism invalid"),
            Map.entry(0x71L, "mechanism param invalid"),
            Map.entry(0x82L, "object handle invalid"),
            Map.entry(0xA0L, "PIN incorrect"),
            Map.entry(0xA1L, "PIN invalid"),
            Map.entry(0xA2L, "PIN len range"),
            Map.entry(0xA3L, "PIN expired"),
            Map.entry(0xA4L, "PIN locked"),
            Map.entry(0xB0L, "session closed"),
            Map.entry(0xB1L, "session count"),
            Map.entry(0xB3L, "session handle invalid"),
            Map.entry(0xE0L, "token not present"),
            Map.entry(0xE1L, "token not recognized"),
            Map.entry(ALREADY_LOGGED_IN, "user already logged in"),
            Map.entry(0x101L, "user not logged in"),
            Map.entry(0x102L, "user PIN not initialized"),
            Map.entry(BUFFER_TOO_SMALL, "buffer too small"),
            Map.entry(0x190L, "cryptoki not initialized"),
            Map.entry(ALREADY_INITIALIZED, "cryptoki already initialized"));

    /** The PIN itself is not what the token wants. */
    private static final Set<Long> PIN = Set.of(0xA0L, 0xA1L, 0xA2L, 0xA3L, 0xA4L, 0x102L);

    /** The session, or all of them, or the token were lost, and with them what was known of the objects. */
    private static final Set<Long> LOST =
            Set.of(0x30L, 0x32L, 0x60L, 0x82L, 0xB0L, 0xB3L, 0xE0L, 0xE1L, 0x101L, 0x190L);

    private final long code;

    CryptokiException(String function, long code) {
        super(function + ": " + told(code), null, false, false);
        this.code = code;
    }

    private static String told(long code) {
        String number = "0x" + Long.toHexString(code).toUpperCase(Locale.ROOT);
        String name = NAMES.get(code);
        return name == null ? number : name + " (" + number + ")";
    }

    boolean is(long other) {
        return code == other;
    }

    boolean isAboutPin() {
        return PIN.contains(code);
    }

    /** True if it may go better after everything has been looked for anew. */
    boolean isLoss() {
        return LOST.contains(code);
    }
}

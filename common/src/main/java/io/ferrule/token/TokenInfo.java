package io.ferrule.token;

import io.ferrule.config.TokenUri.Place;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a token says of itself.
 *
 * @param needsLogin its private objects are seen only after a PIN was given
 * @param ownPinPad the PIN is typed at the token itself
 */
record TokenInfo(
        long slot,
        String label,
        String manufacturer,
        String model,
        String serial,
        boolean isInitialized,
        boolean needsLogin,
        boolean ownPinPad) {
    /** Of CK_TOKEN_INFO on 64 bits, with some to spare. */
    static final int BYTES = 256;

    private static final int FLAGS_AT = 96;
    private static final long LOGIN_REQUIRED = 0x4;
    private static final long PROTECTED_AUTHENTICATION_PATH = 0x100;
    private static final long TOKEN_INITIALIZED = 0x400;

    static TokenInfo of(long slot, ByteBuffer memory) {
        long flags = memory.getLong(FLAGS_AT);
        return new TokenInfo(
                slot,
                text(memory, 0, 32),
                text(memory, 32, 32),
                text(memory, 64, 16),
                text(memory, 80, 16),
                (flags & TOKEN_INITIALIZED) != 0,
                (flags & LOGIN_REQUIRED) != 0,
                (flags & PROTECTED_AUTHENTICATION_PATH) != 0);
    }

    /** Padded with blanks. */
    private static String text(ByteBuffer memory, int at, int bytes) {
        byte[] read = new byte[bytes];
        memory.get(at, read);
        return new String(read, StandardCharsets.UTF_8).stripTrailing();
    }

    boolean isAt(Place place) {
        return isInitialized
                && fits(place.token(), label)
                && fits(place.manufacturer(), manufacturer)
                && fits(place.model(), model)
                && fits(place.serial(), serial)
                && (place.slot() == null || place.slot() == slot);
    }

    private static boolean fits(@Nullable String asked, String is) {
        return asked == null || asked.stripTrailing().equals(is);
    }
}

package io.ferrule.config;

import java.util.HexFormat;

/**
 * What stunnel seals session tickets with; never shown. Our tickets have another form: keys for them are made from both.
 *
 * @param key {@code ticketKeySecret}: 16 or 32 bytes in hexadecimal digits, like {@code mac}
 * @param mac {@code ticketMacSecret}
 */
public record TicketSecrets(Secret key, Secret mac) {
    /** The bytes of {@code key}. */
    public byte[] keyBytes() {
        return bytes(key);
    }

    /** The bytes of {@code mac}. */
    public byte[] macBytes() {
        return bytes(mac);
    }

    private static byte[] bytes(Secret secret) {
        return HexFormat.of().parseHex(secret.reveal());
    }
}

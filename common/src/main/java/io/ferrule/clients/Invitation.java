package io.ferrule.clients;

import io.ferrule.config.Address;
import io.ferrule.config.Pin;
import io.ferrule.pki.KeyMaterial;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * What a client needs to reach a server and to be known by it: the content of a file {@code NAME.ferrule}, which is the YAML of
 * a client's tunnel and names no other file.
 *
 * @param name the client's
 * @param target where the server is reached
 * @param pins of the keys that the server has, at least one
 * @param next pins of keys that it will have one day
 * @param own the client's certificate and key
 */
public record Invitation(String name, Address.Tcp target, List<Pin> pins, List<Pin> next, KeyMaterial own) {
    /** How the files' names end. */
    public static final String ENDING = ".ferrule";

    public Invitation {
        pins = List.copyOf(pins);
        next = List.copyOf(next);
    }

    /** When it ends. */
    public Instant until() {
        return own.leaf().getNotAfter().toInstant();
    }

    /** The file's content, in an array that the caller wipes: a private key is in it. */
    public byte[] yaml() {
        ByteArrayOutputStream yaml = new ByteArrayOutputStream();
        byte[] key = own.keyPem();
        try {
            yaml.writeBytes(head().getBytes(StandardCharsets.UTF_8));
            block(yaml, "certificate-pem", own.chainPem());
            block(yaml, "key-pem", key);
            return yaml.toByteArray();
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private String head() {
        StringBuilder text = new StringBuilder(
                """
                # Invitation of the client "%s" to the Ferrule server at %s, until %s.
                #
                # A private key is in this file: whoever has it, is this client. Hand it over where nobody else can read it,
                # keep it readable by its owner only (chmod 600), and delete the copies that are not used.
                #
                # It is used with:             proxy-client run %s%s
                # It is ended on the server:   proxy-server revoke %s
                target: "%s"
                """
                        .formatted(name, target, until(), name, ENDING, name, target));
        list(text, "pin", pins);
        list(text, "next-pin", next);
        return text.toString();
    }

    private static void list(StringBuilder text, String key, List<Pin> pins) {
        if (!pins.isEmpty()) {
            text.append(key).append(":\n");
            pins.forEach(pin -> text.append("  - ").append(pin).append('\n'));
        }
    }

    private static void block(ByteArrayOutputStream yaml, String key, byte[] pem) {
        yaml.writeBytes((key + ": |\n  ").getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < pem.length; i++) {
            yaml.write(pem[i]);
            if (pem[i] == '\n' && i + 1 < pem.length) {
                yaml.write(' ');
                yaml.write(' ');
            }
        }
    }
}

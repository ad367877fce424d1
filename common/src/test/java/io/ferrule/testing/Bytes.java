package io.ferrule.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** A stream's length and SHA-256: two streams are the same if these are equal. */
public record Bytes(long length, String sha256) {
    private static final int CHUNK = 16_384;

    /** The digest of an array. */
    public static Bytes of(byte[] content) {
        return new Bytes(content.length, HexFormat.of().formatHex(newDigest().digest(content)));
    }

    /** Incompressible bytes that are the same for the same seed. */
    public static byte[] random(int length, long seed) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    /** Reads to the end of the stream; an abnormal end throws. */
    public static Bytes drain(InputStream in) throws IOException {
        return drain(in, 0);
    }

    /** Reads to the end of the stream with a pause of {@code millis} after every 64 kB: a slow reader. */
    public static Bytes drain(InputStream in, int millis) throws IOException {
        MessageDigest digest = newDigest();
        byte[] chunk = new byte[CHUNK];
        long total = 0;
        long sincePause = 0;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            digest.update(chunk, 0, n);
            total += n;
            sincePause += n;
            if (millis > 0 && sincePause > 65_536) {
                sincePause = 0;
                pause(millis);
            }
        }
        return new Bytes(total, HexFormat.of().formatHex(digest.digest()));
    }

    /** Writes {@code content} in pieces of at most 16 kB. */
    public static void write(OutputStream out, byte[] content) throws IOException {
        for (int at = 0; at < content.length; at += CHUNK) {
            out.write(content, at, Math.min(CHUNK, content.length - at));
        }
        out.flush();
    }

    // Slowness is the behaviour of this peer, not a wait for an event.
    private static void pause(int millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading slowly", e);
        }
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}

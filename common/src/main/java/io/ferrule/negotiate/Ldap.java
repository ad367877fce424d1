package io.ferrule.negotiate;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.event.Level;

/** The client of a directory that has TLS on request (RFC 4511 §4.14, in the encoding of §5.1). */
final class Ldap implements Talk {
    /** Message 1, an extended request named 1.3.6.1.4.1.1466.20037. */
    private static final byte[] START_TLS =
            HexFormat.of().parseHex("301d02010177188016312e332e362e312e342e312e313436362e3230303337");

    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int ENUMERATED = 0x0a;
    private static final int EXTENDED_RESPONSE = 0x78;

    /** A length in four more bytes, as Windows has it everywhere. */
    private static final int FOUR_BYTES = 0x84;

    private static final int MOST_BYTES = 128;

    @Override
    public CompletionStage<?> beforeTls(Conversation c) {
        Party server = c.target();
        c.note(Level.DEBUG, "Sending LDAP Start TLS request");
        server.send(START_TLS);
        c.note(Level.DEBUG, "Receiving LDAP response tag");
        return server.bytes(1)
                .thenCompose(
                        tag -> tag[0] == SEQUENCE ? length(c) : server.fail("LDAP response is not UNIVERSAL SEQUENCE"))
                .thenCompose(length -> {
                    if (length > MOST_BYTES) {
                        return server.fail("LDAP response too long (" + length + " byte(s))");
                    }
                    c.note(Level.DEBUG, "Receiving LDAP response value (" + length + " byte(s))");
                    return server.bytes(length.intValue());
                })
                .thenCompose(value -> {
                    c.note(Level.DEBUG, "Decoding LDAP response value");
                    // Zeros behind it, as fields that are not there.
                    String error =
                            error(ByteBuffer.allocate(MOST_BYTES * 2).put(value).rewind());
                    if (!error.isEmpty()) {
                        return server.fail(error);
                    }
                    c.note(Level.INFO, "LDAP Start TLS successfully negotiated");
                    return Talk.over();
                });
    }

    private static CompletionStage<Long> length(Conversation c) {
        Party server = c.target();
        c.note(Level.DEBUG, "Receiving LDAP response length");
        return server.bytes(1)
                .thenCompose(length -> (length[0] & 0xff) == FOUR_BYTES
                        ? server.bytes(Integer.BYTES)
                                .thenApply(bytes -> Integer.toUnsignedLong(
                                        ByteBuffer.wrap(bytes).getInt()))
                        : CompletableFuture.completedFuture((long) (length[0] & 0xff)));
    }

    /** What is wrong with a message; empty if it grants TLS. */
    private static String error(ByteBuffer message) {
        if (message.get() != INTEGER) {
            return "LDAP response has an incorrect message ID type";
        } else if (message.get() != 1) {
            return "LDAP response has an unexpected message ID length";
        } else if (message.get() != 1) {
            return "LDAP response has an unexpected message ID value";
        } else if (message.get() != EXTENDED_RESPONSE) {
            return "LDAP response protocol op is not ExtendedResponse";
        }
        if ((message.get() & 0xff) == FOUR_BYTES) {
            message.getInt();
        }
        if (message.get() != ENUMERATED) {
            return "LDAP response has an unexpected result code type";
        } else if (message.get() != 1) {
            return "LDAP response has an unexpected result code length";
        }
        int result = message.get() & 0xff;
        return result == 0 ? "" : "LDAP response has indicated an error (" + result + ")";
    }
}

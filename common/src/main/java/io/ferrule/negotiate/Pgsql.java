package io.ferrule.negotiate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletionStage;
import org.slf4j.event.Level;

/** PostgreSQL, which asks for TLS with a packet of its own (PostgreSQL's manual, Message Formats, SSLRequest). */
final class Pgsql {
    /** Length and code, as all requests are that come first. */
    private static final byte[] SSL_REQUEST = HexFormat.of().parseHex("0000000804d2162f");

    private static final byte[] GSSENC_REQUEST = HexFormat.of().parseHex("0000000804d21630");

    private Pgsql() {}

    /** ErrorResponse, as a server before version 12 answers what it does not know; a client then asks for TLS anew. */
    private static byte[] noGss() {
        byte[] fields =
                "SERROR\0CXX000\0MSSL expected but not requested by client\0\0".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + Integer.BYTES + fields.length)
                .put((byte) 'E')
                .putInt(Integer.BYTES + fields.length)
                .put(fields)
                .array();
    }

    /** Towards applications. */
    static final class Server implements Talk {
        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            Party client = c.client();
            c.note(Level.DEBUG, "Started server-side psql protocol negotiation");
            return client.bytes(SSL_REQUEST.length).thenCompose(request -> {
                if (Arrays.equals(request, SSL_REQUEST)) {
                    c.note(Level.DEBUG, "SSLRequest received");
                    client.send(new byte[] {'S'});
                    return Talk.over();
                }
                if (Arrays.equals(request, GSSENC_REQUEST)) {
                    c.note(Level.INFO, "GSSAPI encryption requested, rejecting gracefully");
                    client.send(noGss());
                    return client.part("the client asked for GSSAPI");
                }
                return client.fail("PostgreSQL client did not request TLS, rejecting");
            });
        }
    }

    /** Towards a server. */
    static final class Client implements Talk {
        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            Party server = c.target();
            server.send(SSL_REQUEST);
            return server.bytes(1)
                    .thenCompose(
                            answer -> answer[0] == 'S' ? Talk.over() : server.fail("PostgreSQL server rejected TLS"));
        }
    }
}

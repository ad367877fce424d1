package io.ferrule.negotiate;

import java.util.HexFormat;
import java.util.concurrent.CompletionStage;

/** File sharing: TLS is asked for within NetBIOS's session set-up (RFC 1002 §4.3.1 to §4.3.4; the error code 8E is Samba's). */
final class Cifs {
    private static final byte SESSION_REQUEST = (byte) 0x81;
    private static final byte NEGATIVE_RESPONSE = (byte) 0x83;
    private static final byte USE_TLS = (byte) 0x8e;
    private static final int HEADER_BYTES = 4;
    private static final int MOST_BYTES = 128;

    private Cifs() {}

    private static int length(byte[] header) {
        return (header[2] & 0xff) << 8 | (header[3] & 0xff);
    }

    /** In front of a file server, towards its clients. */
    static final class Server implements Talk {
        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            Party client = c.client();
            return client.bytes(HEADER_BYTES).thenCompose(header -> {
                if (length(header) > MOST_BYTES - HEADER_BYTES) {
                    return client.fail("Received block too long");
                }
                return client.bytes(length(header)).thenCompose(names -> {
                    if (header[0] != SESSION_REQUEST) {
                        client.send(HexFormat.of().parseHex("8300000181"));
                        return client.fail("Client did not send session setup");
                    }
                    client.send(new byte[] {NEGATIVE_RESPONSE, 0, 0, 1, USE_TLS});
                    return Talk.over();
                });
            });
        }
    }

    /** Towards a file server. */
    static final class Client implements Talk {
        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            Party server = c.target();
            server.send(new byte[] {SESSION_REQUEST, 0, 0, 0});
            return server.bytes(HEADER_BYTES + 1).thenCompose(answer -> {
                if (answer[0] != NEGATIVE_RESPONSE) {
                    return server.fail("Negative response expected");
                } else if (length(answer) != 1) {
                    return server.fail("Unexpected NetBIOS response size");
                } else if (answer[4] != USE_TLS) {
                    return server.fail("Remote server does not require TLS");
                }
                return Talk.over();
            });
        }
    }
}

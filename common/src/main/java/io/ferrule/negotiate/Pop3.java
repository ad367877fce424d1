package io.ferrule.negotiate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Mail boxes, with TLS on request (RFC 2595 §4; capabilities RFC 2449 §5). */
final class Pop3 {
    private Pop3() {}

    /** In front of a server of mail boxes, towards its clients. */
    static final class Server implements Talk {
        @Override
        public boolean targetFirst() {
            return true; // for its greeting
        }

        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            Party client = c.client();
            return c.target()
                    .line()
                    .thenAccept(greeting -> client.send(greeting + " + stunnel"))
                    .thenCompose(greeted -> client.line())
                    .thenCompose(command -> {
                        if (!Party.begins(command, "CAPA")) {
                            return CompletableFuture.completedFuture(command);
                        }
                        client.send("+OK Stunnel capability list follows");
                        client.send("STLS");
                        client.send(".");
                        return client.line();
                    })
                    .thenCompose(command -> {
                        if (!Party.begins(command, "STLS")) {
                            return client.fail("Client does not want TLS");
                        }
                        client.send("+OK Stunnel starts TLS negotiation");
                        return Talk.over();
                    });
        }
    }

    /** Towards a server of mail boxes. */
    static final class Client implements Talk {
        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            Party server = c.target();
            return server.expect("+OK ", "Unknown server welcome")
                    .thenAccept(greeting -> {
                        c.client().send(greeting);
                        server.send("STLS");
                    })
                    .thenCompose(sent -> server.expect("+OK ", "Server does not support TLS"));
        }
    }
}

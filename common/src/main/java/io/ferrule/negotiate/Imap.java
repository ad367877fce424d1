package io.ferrule.negotiate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.event.Level;

/** Mail boxes that stay on their server, with TLS on request (RFC 2595 §3, RFC 3501 §6.2.1). */
final class Imap {
    private Imap() {}

    /** In front of a server of mail boxes, towards its clients. */
    static final class Server implements Talk {
        @Override
        public boolean targetFirst() {
            return true; // for its greeting and its capabilities
        }

        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            return c.client().speaksWithin(Smtp.CLIENT_FIRST).thenCompose(speaks -> {
                c.note(Level.DEBUG, speaks ? "RFC 2595 not detected" : "RFC 2595 detected");
                return speaks ? Talk.over() : greet(c);
            });
        }

        private static CompletionStage<Void> greet(Conversation c) {
            return c.target()
                    .expect("* OK", "Unknown server welcome")
                    .thenAccept(greeting -> c.client().send(withoutCapabilities(greeting) + " (stunnel)"))
                    .thenCompose(greeted -> command(c));
        }

        /** They lack STARTTLS, so the client is not to find them there. */
        private static String withoutCapabilities(String greeting) {
            return greeting.contains("CAPABILITY")
                    ? greeting.replaceFirst("CAPABILITY", "KAPABILITY")
                    : greeting.replaceFirst("capability", "Kapability");
        }

        /** The next one of the client, until it asks for TLS or leaves. */
        private static CompletionStage<Void> command(Conversation c) {
            Party client = c.client();
            return client.line().thenCompose(line -> {
                String[] words = line.split(" ", 2); // its tag, and the rest
                String tag = words[0];
                String command = words.length > 1 ? words[1] : "";
                if (words.length == 1) {
                    return leave(c);
                } else if (Party.begins(command, "STARTTLS")) {
                    client.send(tag + " OK Begin TLS negotiation now");
                    return Talk.over();
                } else if (Party.begins(command, "CAPABILITY")) {
                    return capabilities(c, line);
                } else if (Party.begins(command, "LOGOUT")) {
                    client.send("* BYE server terminating");
                    client.send(tag + " OK LOGOUT completed");
                    return leave(c);
                }
                client.send("* BYE stunnel: unexpected command");
                client.send(tag + " BAD " + command + " unexpected");
                c.note(Level.ERROR, "Unexpected client command " + ShownLine.of(command));
                return leave(c);
            });
        }

        private static CompletionStage<Void> capabilities(Conversation c, String command) {
            Party client = c.client();
            Party server = c.target();
            server.send(command);
            return server.line()
                    .thenCompose(line -> {
                        if (!line.startsWith("*")) {
                            return CompletableFuture.completedFuture(line);
                        }
                        client.send(line + " STARTTLS");
                        return server.line();
                    })
                    .thenCompose(line -> {
                        client.send(line);
                        String[] words = line.split(" ", 2);
                        if (words.length > 1 && Party.begins(words[1], "OK")) {
                            return command(c);
                        }
                        client.send("* BYE unexpected server response");
                        c.note(Level.ERROR, "Unexpected server response: " + line);
                        return leave(c);
                    });
        }

        /** The client has gone without TLS, or has to. */
        private static CompletionStage<Void> leave(Conversation c) {
            Party server = c.target();
            server.send("stunnel LOGOUT");
            return server.line()
                    .thenCompose(line -> line.startsWith("*") ? server.line() : CompletableFuture.completedFuture(line))
                    .thenCompose(line -> c.client().part("the client has not asked for TLS"));
        }
    }

    /** Towards a server of mail boxes. */
    static final class Client implements Talk {
        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            Party client = c.client();
            Party server = c.target();
            return server.expect("* OK", "Unknown server welcome")
                    .thenAccept(greeting -> {
                        client.send("* OK Connected."); // its capabilities may be others inside TLS
                        server.send("stunnel STARTTLS");
                    })
                    .thenCompose(sent -> server.line())
                    .thenCompose(answer -> {
                        if (Party.begins(answer, "stunnel OK")) {
                            return Talk.over();
                        }
                        client.send("* BYE stunnel: Server does not support TLS");
                        c.note(Level.ERROR, "Server does not support TLS");
                        return server.part("the server does not support TLS");
                    });
        }
    }
}

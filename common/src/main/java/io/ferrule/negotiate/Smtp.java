package io.ferrule.negotiate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ferrule.config.Negotiation;
import io.ferrule.config.Secret;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.event.Level;

/** Mail, with TLS on request (RFC 3207 §4) and the login of a relay's user (RFC 4954 §4, RFC 4616 for PLAIN). */
final class Smtp {
    /** Who speaks first within it speaks TLS from the first byte on: a server of SMTP greets before its client speaks. */
    static final Duration CLIENT_FIRST = Duration.ofMillis(200);

    private Smtp() {}

    /** The lines of an answer up to its last one, which is the one given. */
    private static CompletionStage<String> answer(Party server, String code) {
        return server.line()
                .thenCompose(line -> Party.begins(line, code + "-")
                        ? answer(server, code)
                        : CompletableFuture.completedFuture(line));
    }

    private static CompletionStage<String> expect(Party server, String code, String orElse) {
        return answer(server, code)
                .thenCompose(last ->
                        Party.begins(last, code + " ") ? CompletableFuture.completedFuture(last) : server.fail(orElse));
    }

    /** Hands a greeting on, line by line, up to its last one. */
    private static CompletionStage<Void> copyGreeting(Party from, Party to) {
        return from.line().thenCompose(line -> {
            to.send(line);
            return Party.begins(line, "220-") ? copyGreeting(from, to) : Talk.over();
        });
    }

    /** In front of a mail server, towards its clients. */
    static final class Server implements Talk {
        @Override
        public boolean targetFirst() {
            return true; // for its greeting
        }

        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            return c.client().speaksWithin(CLIENT_FIRST).thenCompose(speaks -> {
                c.note(Level.DEBUG, speaks ? "RFC 2487 not detected" : "RFC 2487 detected");
                return speaks ? Talk.over() : greet(c);
            });
        }

        private static CompletionStage<Void> greet(Conversation c) {
            Party client = c.client();
            Party server = c.target();
            return server.expectEither("220 ", "220-", "Unknown server welcome").thenCompose(line -> {
                String code = line.substring(0, 4);
                String[] domainAndRest = line.substring(4).split(" ", 2);
                String domain = domainAndRest[0];
                client.send(code + domain + " stunnel" + (domainAndRest.length > 1 ? " for " + domainAndRest[1] : ""));
                CompletionStage<Void> greeted = code.equals("220-") ? copyGreeting(server, client) : Talk.over();
                return greeted.thenCompose(done -> client.expect("EHLO ", "Unknown client EHLO"))
                        .thenAccept(hello -> {
                            client.send("250-" + domain);
                            client.send("250 STARTTLS");
                        })
                        .thenCompose(offered -> client.expect("STARTTLS", "STARTTLS expected"))
                        .thenAccept(begun -> client.send("220 Go ahead"));
            });
        }
    }

    /** Towards a mail server that clients without TLS use through us. */
    static final class Client implements Talk {
        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            Party server = c.target();
            return copyGreeting(server, c.client())
                    .thenRun(() -> server.send("EHLO " + ownName(c)))
                    .thenCompose(said -> expect(server, "250", "Remote server is not RFC 1425 compliant"))
                    .thenAccept(offers -> server.send("STARTTLS"))
                    .thenCompose(said -> expect(server, "220", "Remote server is not RFC 2487 compliant"));
        }

        private static String ownName(Conversation c) {
            String host = c.asked().host();
            return host == null ? "localhost" : host;
        }

        @Override
        public CompletionStage<?> insideTls(Conversation c) {
            Negotiation asked = c.asked();
            Secret password = asked.password();
            String user = asked.username();
            if (user == null || password == null) {
                return Talk.over();
            }
            Party server = c.target();
            server.send("HELO " + ownName(c));
            return answer(server, "250")
                    .thenCompose(hello -> "LOGIN".equalsIgnoreCase(asked.authentication())
                            ? login(server, user, password)
                            : plain(server, user, password));
        }

        private static CompletionStage<String> plain(Party server, String user, Secret password) {
            server.send("AUTH PLAIN " + base64("\0" + user + "\0" + password.reveal()));
            return server.expect("235 ", "PLAIN Authentication Failed");
        }

        private static CompletionStage<String> login(Party server, String user, Secret password) {
            server.send("AUTH LOGIN");
            return server.expect("334 ", "Remote server does not support LOGIN authentication")
                    .thenAccept(ready -> server.sendSecret(base64(user)))
                    .thenCompose(sent -> server.expect("334 ", "LOGIN authentication failed"))
                    .thenAccept(ready -> server.sendSecret(base64(password.reveal())))
                    .thenCompose(sent -> server.expect("235 ", "LOGIN authentication failed"));
        }

        private static String base64(String text) {
            return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
        }
    }
}

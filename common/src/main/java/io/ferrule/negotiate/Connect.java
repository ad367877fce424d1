package io.ferrule.negotiate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ferrule.config.Address;
import io.ferrule.config.Negotiation;
import io.ferrule.config.Secret;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.Leg;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** The CONNECT method of HTTP (RFC 9110 §9.3.6), with which a proxy is asked for a way to somewhere. */
final class Connect {
    private static final String METHOD = "CONNECT ";
    private static final int SKIPPED_AT_ONCE = 8192;

    private Connect() {}

    private static CompletionStage<Void> skipHeaders(Party party) {
        return party.line().thenCompose(line -> line.isEmpty() ? Talk.over() : skipHeaders(party));
    }

    /** What happened has been noted, or stunnel does not note it. */
    private static <T> CompletableFuture<T> failed(Leg leg, String why) {
        return CompletableFuture.failedFuture(new ConnectionFailure(CloseReason.negotiationFailed(leg), why));
    }

    /** Is the proxy: a client says before TLS where its connection is to go. */
    static final class Server implements Talk {
        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            return c.client().line().thenCompose(request -> {
                if (!Party.begins(request, METHOD)) {
                    return refused(c, "400 Bad Request Method");
                }
                int end = request.indexOf(' ', METHOD.length());
                if (end < 0 || !Party.begins(request.substring(end), " HTTP/")) {
                    return refused(c, "400 Bad Request Protocol");
                }
                String target = request.substring(METHOD.length(), end);
                return skipHeaders(c.client()).thenCompose(headers -> lead(c, HostAndPort.of(target)));
            });
        }

        private static CompletionStage<Void> lead(Conversation c, @Nullable HostAndPort to) {
            if (to == null) {
                return refused(c, "404 Not Found");
            }
            return Resolved.of(c, to.host()).thenCompose(found -> {
                if (found.isEmpty()) {
                    return refused(c, "404 Not Found");
                }
                c.connectTo(found.stream()
                        .map(ip -> (Address) new Address.Tcp(ip.getHostAddress(), to.port()))
                        .toList());
                answer(c.client(), "200 OK");
                return Talk.over();
            });
        }

        private static CompletionStage<Void> refused(Conversation c, String status) {
            answer(c.client(), status);
            return failed(Leg.ACCEPT, "the client asked for no target that there is: " + status);
        }

        private static void answer(Party client, String status) {
            client.send("HTTP/1.0 " + status);
            client.send("Server: stunnel/5.68");
            client.send("");
        }
    }

    /** Asks a proxy for the way to {@link Negotiation#host}, with a password if there is one (RFC 7617, MS-NLMP). */
    static final class Client implements Talk {
        private static final String CHALLENGE = "Proxy-Authenticate: NTLM ";
        private static final String LENGTH = "Content-Length: ";

        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            Party proxy = c.target();
            String host = c.asked().host();
            if (host == null) {
                return proxy.fail("protocolHost not specified");
            }
            ask(proxy, host);
            return authorize(c, host).thenCompose(done -> {
                c.asked().headers().forEach(proxy::send);
                proxy.send("");
                return proxy.line().thenCompose(status -> answered(c, status));
            });
        }

        private static void ask(Party proxy, String host) {
            proxy.send(METHOD + host + " HTTP/1.1");
            proxy.send("Host: " + host);
        }

        private static CompletionStage<?> answered(Conversation c, String status) {
            boolean accepted = hasStatus(status, "2");
            if (accepted) {
                c.note(Level.INFO, "CONNECT request accepted");
            } else {
                c.note(Level.ERROR, "CONNECT request rejected");
            }
            return skipHeaders(c.target())
                    .thenCompose(headers ->
                            accepted ? Talk.over() : failed(Leg.CONNECT, "the proxy refused: " + ShownLine.of(status)));
        }

        private static boolean hasStatus(String line, String status) {
            return Party.begins(line, "HTTP/1.0 " + status) || Party.begins(line, "HTTP/1.1 " + status);
        }

        private static CompletionStage<Void> authorize(Conversation c, String host) {
            Negotiation asked = c.asked();
            String user = asked.username();
            Secret password = asked.password();
            if (user == null || password == null) {
                return Talk.over();
            }
            if ("ntlm".equalsIgnoreCase(asked.authentication())) {
                return ntlm(c, host, user, password);
            }
            byte[] credentials = (user + ':' + password.reveal()).getBytes(UTF_8);
            c.target()
                    .sendSecret(
                            "Proxy-Authorization: basic " + Base64.getEncoder().encodeToString(credentials));
            return Talk.over();
        }

        private static CompletionStage<Void> ntlm(Conversation c, String host, String user, Secret password) {
            Party proxy = c.target();
            proxy.send("Proxy-Connection: keep-alive");
            proxy.send("Proxy-Authorization: NTLM " + Ntlm.negotiate());
            proxy.send("");
            return proxy.line().thenCompose(status -> {
                if (!hasStatus(status, "407")) {
                    c.note(Level.ERROR, "Proxy-Authenticate: NTLM authorization request rejected");
                    return skipHeaders(proxy)
                            .thenCompose(
                                    headers -> failed(Leg.CONNECT, "the proxy does not ask: " + ShownLine.of(status)));
                }
                return challenge(proxy, new Challenge(null, 0)).thenCompose(challenge -> {
                    ask(proxy, host);
                    Optional<String> answer = Ntlm.authenticate(c.asked(), user, password, challenge);
                    if (answer.isEmpty()) {
                        return proxy.fail("Proxy-Authenticate: Failed to build NTLM response");
                    }
                    proxy.sendSecret("Proxy-Authorization: NTLM " + answer.get());
                    return Talk.over();
                });
            });
        }

        /** What headers have said so far. */
        private record Challenge(@Nullable String text, long contentBytes) {}

        /** The challenge of an answer, of which all is read. */
        private static CompletionStage<String> challenge(Party proxy, Challenge sofar) {
            return proxy.line().thenCompose(line -> {
                if (line.isEmpty()) {
                    return sofar.text == null
                            ? proxy.fail("Proxy-Authenticate: NTLM header not found")
                            : skip(proxy, sofar.contentBytes).thenApply(skipped -> sofar.text);
                }
                if (Party.begins(line, CHALLENGE)) {
                    return challenge(proxy, new Challenge(line.substring(CHALLENGE.length()), sofar.contentBytes));
                }
                if (!Party.begins(line, LENGTH)) {
                    return challenge(proxy, sofar);
                }
                String length = line.substring(LENGTH.length()).strip();
                return length.matches("\\d{1,18}")
                        ? challenge(proxy, new Challenge(sofar.text, Long.parseLong(length)))
                        : proxy.fail("Proxy-Authenticate: Invalid Content-Length");
            });
        }

        /** There is a bound to what is said in all, see {@link Party}. */
        private static CompletionStage<?> skip(Party proxy, long bytes) {
            if (bytes == 0) {
                return Talk.over();
            }
            int now = (int) Math.min(bytes, SKIPPED_AT_ONCE);
            return proxy.bytes(now).thenCompose(skipped -> skip(proxy, bytes - now));
        }
    }
}

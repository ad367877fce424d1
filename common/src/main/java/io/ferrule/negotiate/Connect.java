package io.ferrule.negotiate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ferrule.config.Address;
import io.ferrule.config.Negotiation;
import io.ferrule.config.Secret;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.Leg;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** The CONNECT method of HTTP (RFC 9110 §9.3.6), with which a proxy is asked for a way to somewhere. */
final class Connect {
    private static final String METHOD = "CONNECT ";

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

    /** Asks a proxy for the way to {@link Negotiation#host}, with a password if there is one (RFC 7617). */
    static final class Client implements Talk {
        @Override
        public CompletionStage<?> beforeTls(Conversation c) {
            Party proxy = c.target();
            String host = c.asked().host();
            if (host == null) {
                return proxy.fail("protocolHost not specified");
            }
            proxy.send(METHOD + host + " HTTP/1.1");
            proxy.send("Host: " + host);
            authorize(proxy, c.asked());
            c.asked().headers().forEach(proxy::send);
            proxy.send("");
            return proxy.line().thenCompose(status -> {
                boolean accepted = Party.begins(status, "HTTP/1.0 2") || Party.begins(status, "HTTP/1.1 2");
                if (accepted) {
                    c.note(Level.INFO, "CONNECT request accepted");
                } else {
                    c.note(Level.ERROR, "CONNECT request rejected");
                }
                return skipHeaders(proxy)
                        .thenCompose(headers -> accepted
                                ? Talk.over()
                                : failed(Leg.CONNECT, "the proxy refused: " + ShownLine.of(status)));
            });
        }

        private static void authorize(Party proxy, Negotiation asked) {
            Secret password = asked.password();
            if (asked.username() != null && password != null) {
                byte[] credentials = (asked.username() + ':' + password.reveal()).getBytes(UTF_8);
                proxy.sendSecret(
                        "Proxy-Authorization: basic " + Base64.getEncoder().encodeToString(credentials));
            }
        }
    }
}

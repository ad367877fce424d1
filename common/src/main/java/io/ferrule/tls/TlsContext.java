package io.ferrule.tls;

import io.ferrule.config.TlsSettings;
import io.ferrule.connection.Leg;
import io.ferrule.connection.PeerCheck;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.token.TokenKey;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one leg of a tunnel speaks TLS: built once, shared by its connections on any thread, freed after its owner has closed it
 * and its last connection has ended.
 */
public final class TlsContext implements SecureContext {
    private final NativeContext context;
    private final Credentials credentials;
    private final Role role;
    private final ClientSessions sessions;
    private final Map<Long, Handshake> handshaking = new ConcurrentHashMap<>();
    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    /** What the two legs do not have in common. */
    private sealed interface Role {
        record Server(TlsServices services, AppliedTickets tickets) implements Role {}

        record Client(List<KeyMaterial> own, PeerCheck server) implements Role {}
    }

    private TlsContext(NativeContext context, Credentials credentials, Role role, TlsSettings settings) {
        this.context = context;
        this.credentials = credentials;
        this.role = role;
        this.sessions = new ClientSessions(settings.sessions());
    }

    /**
     * The server's side of TLS, for an accept leg.
     *
     * @param scope sessions are continued within one scope only, such as a tunnel's name
     * @param tickets seal the sessions; may serve several contexts at once and one after the other
     * @throws TlsSetupException if BoringSSL is missing or does not take the settings or a key
     * @throws IllegalArgumentException with a sentence for the operator if settings and keys do not go together
     */
    public static TlsContext accept(String scope, TlsSettings settings, TlsServices services, TicketKeys tickets)
            throws TlsSetupException {
        List<KeyMaterial> own =
                services.all().stream().flatMap(each -> each.own().stream()).toList();
        return build(Leg.ACCEPT, settings, own, (nativeContext, shown) -> {
            nativeContext.continueSessions(sessionContext(scope, services), settings.sessions());
            Role role = new Role.Server(services, new AppliedTickets(tickets, nativeContext));
            TlsContext made = new TlsContext(nativeContext, shown, role, settings);
            services.all().forEach(each -> Credentials.requireShowable(each.own()));
            made.ask(services.refusesSome());
            nativeContext.nameAuthorities(services.authorities());
            return made;
        });
    }

    /**
     * The client's side of TLS, for a connect leg to one target.
     *
     * @param own the certificates of which one is shown if the server asks; empty shows none
     * @throws TlsSetupException if BoringSSL is missing or does not take the settings or a key
     * @throws IllegalArgumentException with a sentence for the operator if settings and keys do not go together
     */
    public static TlsContext connect(TlsSettings settings, List<KeyMaterial> own, PeerCheck server)
            throws TlsSetupException {
        return build(Leg.CONNECT, settings, own, (nativeContext, shown) -> {
            TlsContext made = new TlsContext(nativeContext, shown, new Role.Client(List.copyOf(own), server), settings);
            Credentials.requireShowable(own);
            made.ask(false);
            nativeContext.keepSessions((ssl, session) -> made.sessions.add(session));
            return made;
        });
    }

    private void ask(boolean namesToo) {
        UpCalls upCalls = new UpCalls();
        context.ask(upCalls, leg() == Leg.CONNECT, namesToo);
        if (credentials.needTokens()) {
            context.signElsewhere(upCalls);
        }
    }

    private interface Maker {
        TlsContext make(NativeContext context, Credentials credentials) throws Exception;
    }

    private static TlsContext build(Leg leg, TlsSettings settings, List<KeyMaterial> own, Maker maker)
            throws TlsSetupException {
        TlsEngine.require();
        NativeContext nativeContext = null;
        Credentials credentials = null;
        try {
            credentials = new Credentials(own, settings.signatures());
            nativeContext = new NativeContext(leg == Leg.CONNECT, settings);
            return maker.make(nativeContext, credentials);
        } catch (Exception e) {
            if (nativeContext != null) {
                nativeContext.free();
            }
            if (credentials != null) {
                credentials.free();
            }
            if (e instanceof IllegalArgumentException wrong) {
                throw wrong;
            }
            throw new TlsSetupException("the TLS engine refused the settings: " + e.getMessage(), e);
        }
    }

    /**
     * A session is continued only where the same names ask the same, so that one without a certificate ends where one is needed;
     * and show the same keys, so that it ends with the key that began it.
     */
    private static byte[] sessionContext(String scope, TlsServices services) throws Exception {
        String asked = services.all().stream()
                .sorted(Comparator.comparing(TlsService::name))
                .map(each -> each.name() + ' ' + asks(each.clients()) + ' ' + pins(each.own()))
                .collect(Collectors.joining("\n", scope + '\n', ""));
        return MessageDigest.getInstance("SHA-256").digest(asked.getBytes(StandardCharsets.UTF_8));
    }

    private static String pins(List<KeyMaterial> own) {
        return own.stream().map(each -> each.pin().toString()).sorted().collect(Collectors.joining(" "));
    }

    private static String asks(@Nullable PeerCheck clients) {
        if (clients == null) {
            return "nothing";
        }
        if (clients.redirects()) {
            return "certificate, or elsewhere";
        }
        return clients.required() ? "certificate" : "certificate or nothing";
    }

    @Override
    public TlsHandler newHandler(EventExecutor executor, @Nullable String serverName) {
        if (!retain()) {
            throw new IllegalStateException("the TLS context has been freed");
        }
        if (role instanceof Role.Server server) {
            server.tickets().refresh();
        }
        return new TlsHandler(this, executor, serverName);
    }

    /**
     * Staples the status of an own certificate in handshakes to come (RFC 6066 §8); nothing if the context has been freed. Any
     * thread.
     *
     * @param leafOf whose first certificate the response is about; nothing happens if it is none of this context's
     * @param ocspResponse DER (RFC 6960), as it came; null if none is to be stapled any more
     * @throws TlsSetupException if BoringSSL does not take it
     */
    public void staple(KeyMaterial leafOf, byte @Nullable [] ocspResponse) throws TlsSetupException {
        if (!retain()) {
            return;
        }
        try {
            credentials.staple(leafOf, ocspResponse);
        } catch (Exception e) {
            throw new TlsSetupException("the TLS engine refused the OCSP response: " + e.getMessage(), e);
        } finally {
            release();
        }
    }

    Leg leg() {
        return role instanceof Role.Server ? Leg.ACCEPT : Leg.CONNECT;
    }

    /** The first half of {@link Handshake}: a connection that is registered for its up-calls. */
    NativeConnection open(Handshake handshake, @Nullable String serverName) {
        boolean client = leg() == Leg.CONNECT;
        NativeConnection connection = new NativeConnection(context, client);
        if (role instanceof Role.Client asking) {
            if (serverName != null) {
                connection.sendServerName(serverName);
            }
            if (asking.server().status() != null) {
                connection.askForStaple();
            }
            sessions.offerTo(connection);
        }
        handshaking.put(connection.id(), handshake);
        return connection;
    }

    /** After the handshake; BoringSSL may give the same id to a later connection. */
    void handshakeOver(NativeConnection connection) {
        handshaking.remove(connection.id());
    }

    /** Accept leg: the service for a name as asked for; null refuses. */
    @Nullable
    TlsService service(@Nullable String serverName) {
        return role instanceof Role.Server server ? server.services().find(serverName) : null;
    }

    /** Connect leg: what is asked of the server; null on an accept leg. */
    @Nullable
    PeerCheck serverCheck() {
        return role instanceof Role.Client client ? client.server() : null;
    }

    @Override
    public boolean serves(@Nullable String serverName) {
        return role instanceof Role.Client || service(serverName) != null;
    }

    @Override
    public @Nullable PeerCheck check(@Nullable String serverName) {
        if (role instanceof Role.Client client) {
            return client.server();
        }
        TlsService service = service(serverName);
        return service == null ? null : service.clients();
    }

    /** Lets a connection show what the leg, or the service chosen, has to show; returns the key of it that is in a token. */
    @Nullable
    TokenKey identify(NativeConnection connection, @Nullable TlsService service) throws Exception {
        if (role instanceof Role.Client client) {
            return credentials.addTo(connection, client.own());
        }
        return service == null ? null : credentials.addTo(connection, service.own());
    }

    /** Forgets the sessions that could be continued, because their peer is no longer trusted, or no longer trusts us. */
    void forgetSessions() {
        sessions.clear();
    }

    /** BoringSSL knows connections, we know their handshakes. */
    private final class UpCalls implements NativeContext.UpCalls {
        @Override
        public boolean serverNameKnown(long ssl, String name) {
            Handshake handshake = handshaking.get(ssl);
            return handshake != null && handshake.serverNameKnown(name);
        }

        @Override
        public void credentialsWanted(long ssl) throws Exception {
            Handshake handshake = handshaking.get(ssl);
            if (handshake != null) {
                handshake.credentialsWanted();
            }
        }

        @Override
        public int verdict(long ssl) {
            Handshake handshake = handshaking.get(ssl);
            return TlsErrors.verifyCode(handshake == null ? null : handshake.verdict());
        }

        @Override
        public CompletionStage<byte[]> sign(long ssl, int algorithm, byte[] message) {
            Handshake handshake = handshaking.get(ssl);
            return handshake == null
                    ? CompletableFuture.failedStage(new IllegalStateException("the handshake is over"))
                    : handshake.sign(algorithm, message);
        }
    }

    private boolean retain() {
        return references.getAndUpdate(n -> n == 0 ? 0 : n + 1) > 0;
    }

    /** The counterpart of {@link #newHandler}; and of creation. */
    void release() {
        if (references.decrementAndGet() == 0) {
            sessions.clear();
            context.free();
            credentials.free();
        }
    }

    /** Ends the owner's use; connections that are still open live on. Only the first call counts. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }
}

package io.ferrule.psk;

import io.ferrule.config.PreSharedKey;
import io.ferrule.config.PreSharedKeys;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.TlsSession;
import io.ferrule.connection.Verdict;
import io.ferrule.tls.SecureContext;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import org.bouncycastle.tls.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/** How one leg speaks TLS by pre-shared keys. It holds nothing that has to be freed. */
public final class PskContext implements SecureContext {
    /** Of one message; without certificates all are small. */
    static final int MOST_HANDSHAKE_BYTES = 16_384;

    private final PskCrypto crypto = new PskCrypto();
    private final Keys keys;
    private final TlsSettings settings;
    private final ProtocolVersion[] versions;
    private final int[] suites;
    private final PskGroups groups;
    private final PskSessions sessions;

    /** What the two legs do not have in common. */
    private sealed interface Keys {
        record Server(PreSharedKeys keys) implements Keys {}

        record Client(PreSharedKey key) implements Keys {}
    }

    private PskContext(Keys keys, TlsSettings settings, java.util.List<String> ciphers) {
        boolean tls13 = settings.maximum() == TlsVersion.TLS_1_3;
        boolean tls12 = settings.minimum() == TlsVersion.TLS_1_2 && !ciphers.isEmpty();
        if (!tls13 && !tls12) {
            throw new IllegalArgumentException("no cipher suite with pre-shared keys is left");
        }
        this.keys = keys;
        this.settings = settings;
        this.versions = !tls12
                ? ProtocolVersion.TLSv13.only()
                : tls13 ? ProtocolVersion.TLSv13.downTo(ProtocolVersion.TLSv12) : ProtocolVersion.TLSv12.only();
        this.suites = PskSuites.numbers(tls13, tls12 ? ciphers : java.util.List.of());
        this.groups = PskGroups.of(settings.groups());
        this.sessions = new PskSessions(settings.sessions());
    }

    /**
     * The server's side, for an accept leg whose clients have one of these keys.
     *
     * @throws IllegalArgumentException with a sentence for the operator if nothing is left to speak
     */
    public static PskContext accept(TlsSettings settings, PreSharedKeys keys) {
        return new PskContext(new Keys.Server(keys), settings, keys.ciphers());
    }

    /**
     * The client's side, for a connect leg.
     *
     * @throws IllegalArgumentException with a sentence for the operator if nothing is left to speak
     */
    public static PskContext connect(TlsSettings settings, ServerTrust.PreShared server) {
        return new PskContext(new Keys.Client(server.key()), settings, server.ciphers());
    }

    @Override
    public PskHandler newHandler(EventExecutor executor, @Nullable String serverName) {
        return new PskHandler(this, executor, serverName);
    }

    PskConnection open(@Nullable String serverName) throws IOException {
        return keys instanceof Keys.Server server
                ? PskConnection.accept(new PskServer(this, server.keys()))
                : PskConnection.connect(new PskClient(this, ((Keys.Client) keys).key(), serverName));
    }

    Leg leg() {
        return keys instanceof Keys.Server ? Leg.ACCEPT : Leg.CONNECT;
    }

    PskCrypto crypto() {
        return crypto;
    }

    TlsSettings settings() {
        return settings;
    }

    ProtocolVersion[] versions() {
        return versions.clone();
    }

    int[] suites() {
        return suites.clone();
    }

    PskGroups groups() {
        return groups;
    }

    PskSessions sessions() {
        return sessions;
    }

    /** Every name: a key is good for all. */
    @Override
    public boolean serves(@Nullable String serverName) {
        return true;
    }

    /** Nobody shows a certificate. */
    @Override
    public @Nullable PeerCheck check(@Nullable String serverName) {
        return null;
    }

    /** The verdict on a peer whose handshake may be long over: its key has to be one of ours still. */
    public Verdict verdict(TlsSession session) {
        PreSharedKey proven = session.preShared();
        boolean known = proven != null
                && (keys instanceof Keys.Server server
                        ? server.keys()
                                .find(proven.identity())
                                .filter(proven::equals)
                                .isPresent()
                        : proven.equals(((Keys.Client) keys).key()));
        return known
                ? Verdict.TRUSTED
                : new Verdict.Refused(
                        HandshakeFailure.UNKNOWN_IDENTITY,
                        proven == null
                                ? "pre-shared keys are asked for now"
                                : "the pre-shared key of the identity " + proven.identity() + " is no longer trusted");
    }

    /** Sessions end with it. */
    @Override
    public void close() {
        sessions.clear();
    }
}

package io.ferrule.psk;

import static java.util.Objects.requireNonNull;

import io.ferrule.config.PreSharedKey;
import io.ferrule.config.PreSharedKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskIdentity;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsPSKIdentityManager;
import org.bouncycastle.tls.TlsSession;
import org.jspecify.annotations.Nullable;

/** The server's side: it knows clients by the keys that they name, and shows no certificate. */
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's types are as old as that
final class PskServer extends AbstractTlsServer implements PskPeer {
    static final String UNKNOWN_13 = "no suitable signature algorithm";
    static final String UNKNOWN_12 = "psk identity not found";

    private final PskContext leg;
    private final PreSharedKeys keys;
    private int group = PskGroups.NONE;
    private PskSessions.@Nullable Kept continued;
    private @Nullable PreSharedKey proven;
    private io.ferrule.connection.@Nullable TlsSession agreed;

    PskServer(PskContext leg, PreSharedKeys keys) {
        super(leg.crypto());
        this.leg = leg;
        this.keys = keys;
    }

    @Override
    public io.ferrule.connection.@Nullable TlsSession agreed() {
        return agreed;
    }

    /** The identity that the client has named, if it is a known one; null before that. */
    @Nullable
    String named() {
        return proven == null ? null : proven.identity();
    }

    // ---- what is spoken

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return leg.versions();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return leg.suites();
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return !leg.settings().clientChoosesCipher();
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return PskContext.MOST_HANDSHAKE_BYTES;
    }

    @Override
    public int[] getSupportedGroups() {
        return leg.groups().numbers(false);
    }

    /** Only curves of ours count: without one in common no suite with ECDHE will do. */
    @Override
    protected int getMaximumNegotiableCurveBits() {
        int curve = leg.groups().common(context.getSecurityParametersHandshake().getClientSupportedGroups());
        return curve == PskGroups.NONE ? 0 : NamedGroup.getCurveBits(curve);
    }

    @Override
    protected int selectECDH(int minimumBits) {
        group = leg.groups().common(context.getSecurityParametersHandshake().getClientSupportedGroups());
        return group;
    }

    @Override
    protected int selectDH(int minimumBits) {
        int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
        group = PskGroups.FIELDS.stream()
                .filter(field -> offered != null && Arrays.stream(offered).anyMatch(o -> o == field))
                .findFirst()
                .orElse(NamedGroup.ffdhe2048);
        return group;
    }

    // ---- who it is

    /** TLS 1.3. */
    @Override
    public @Nullable TlsPSKExternal getExternalPSK(Vector identities) {
        for (Object offered : identities) {
            byte[] identity = ((PskIdentity) offered).getIdentity();
            PreSharedKey known = find(identity);
            if (known != null) {
                proven = known; // by its binder, or the handshake fails
                return new BasicTlsPSKExternal(identity, getCrypto().createSecret(known.reveal()));
            }
        }
        return null;
    }

    /** TLS 1.2. */
    @Override
    public TlsPSKIdentityManager getPSKIdentityManager() {
        return new TlsPSKIdentityManager() {
            @Override
            public byte @Nullable [] getHint() {
                return null;
            }

            @Override
            public byte @Nullable [] getPSK(byte[] identity) {
                proven = find(identity); // by the Finished, or the handshake fails
                return proven == null ? null : proven.reveal();
            }
        };
    }

    private @Nullable PreSharedKey find(byte[] identity) {
        return keys.find(new String(identity, StandardCharsets.UTF_8)).orElse(null);
    }

    /** Asked for where the client has named no key of ours; with TLS 1.2 also where it has, and then there are none. */
    @Override
    public @Nullable TlsCredentials getCredentials() throws TlsFatalAlert {
        if (ProtocolVersion.TLSv13.equals(context.getServerVersion())) {
            // RFC 8446 §6.2
            throw new TlsFatalAlert(AlertDescription.unknown_psk_identity, UNKNOWN_13);
        }
        return null;
    }

    // ---- sessions of TLS 1.2

    @Override
    public @Nullable TlsSession getSessionToResume(byte[] id) {
        continued = id == null || id.length == 0 ? null : leg.sessions().find(id);
        return continued == null ? null : continued.session();
    }

    @Override
    public byte @Nullable [] getNewSessionID() {
        return leg.sessions().isOff() ? null : context.getNonceGenerator().generateNonce(32);
    }

    @Override
    public void notifyHandshakeComplete() {
        SecurityParameters done = context.getSecurityParametersConnection();
        boolean resumed = done.isResumedSession();
        boolean tls13 = ProtocolVersion.TLSv13.equals(done.getNegotiatedVersion());
        PreSharedKey key = requireNonNull(resumed && continued != null ? continued.key() : proven);
        if (!resumed && !tls13 && done.isExtendedMasterSecret()) {
            leg.sessions().add(context.getSession(), key);
        }
        agreed = io.ferrule.connection.TlsSession.byKey(
                tls13 ? "TLSv1.3" : "TLSv1.2",
                PskSuites.name(done.getCipherSuite()),
                resumed ? "none" : PskGroups.name(tls13 ? done.getNegotiatedGroup() : group),
                resumed,
                serverName(done),
                key);
    }

    private static @Nullable String serverName(SecurityParameters done) {
        Vector names = done.getClientServerNames();
        if (names == null) {
            return null;
        }
        for (Object each : names) {
            if (each instanceof ServerName name && name.getNameType() == NameType.host_name) {
                return new String(name.getNameData(), StandardCharsets.US_ASCII);
            }
        }
        return null;
    }
}

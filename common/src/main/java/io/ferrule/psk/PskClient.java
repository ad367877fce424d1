package io.ferrule.psk;

import static java.util.Objects.requireNonNull;

import io.ferrule.config.PreSharedKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.BasicTlsPSKIdentity;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.DefaultTlsKeyExchangeFactory;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.NamedGroupRole;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsDHGroupVerifier;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsKeyExchange;
import org.bouncycastle.tls.TlsKeyExchangeFactory;
import org.bouncycastle.tls.TlsPSKIdentity;
import org.bouncycastle.tls.TlsPSKKeyExchange;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.crypto.DHGroup;
import org.jspecify.annotations.Nullable;

/** The client's side: it offers its key and nothing else, so that a server without that key is refused. */
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // Bouncy Castle's types are as old as that
final class PskClient extends AbstractTlsClient implements PskPeer {
    static final String CERTIFICATE = "the server does not have the pre-shared key";
    private static final int LEAST_FIELD_BITS = 2_048; // as OpenSSL's security level 2 asks
    private static final int MOST_FIELD_BITS = 4_096; // more would hold up other connections, for a server unknown yet

    private final PskContext leg;
    private final PreSharedKey key;
    private final @Nullable String name;
    private String group = "none";
    private PskSessions.@Nullable Kept offered;
    private io.ferrule.connection.@Nullable TlsSession agreed;

    /** With a name for SNI, or null. */
    PskClient(PskContext leg, PreSharedKey key, @Nullable String name) {
        super(leg.crypto());
        this.leg = leg;
        this.key = key;
        this.name = name;
    }

    @Override
    public io.ferrule.connection.@Nullable TlsSession agreed() {
        return agreed;
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
    public int getMaxHandshakeMessageSize() {
        return PskContext.MOST_HANDSHAKE_BYTES;
    }

    @Override
    protected Vector getSupportedGroups(Vector roles) {
        boolean fields = roles.contains(NamedGroupRole.dh);
        Vector groups = new Vector();
        Arrays.stream(leg.groups().numbers(fields)).forEach(groups::add);
        return groups;
    }

    /** The one that a server most likely takes, which is ours most wanted. */
    @Override
    public @Nullable Vector getEarlyKeyShareGroups() {
        Vector first = new Vector();
        first.add(leg.groups().curves().get(0));
        return first;
    }

    @Override
    protected @Nullable Vector getSNIServerNames() {
        if (name == null) {
            return null;
        }
        Vector names = new Vector();
        names.add(new ServerName(NameType.host_name, name.getBytes(StandardCharsets.US_ASCII)));
        return names;
    }

    @Override
    protected @Nullable CertificateStatusRequest getCertificateStatusRequest() {
        return null;
    }

    // ---- who we are, and who it is

    /** TLS 1.3. */
    @Override
    public Vector getExternalPSKs() {
        Vector keys = new Vector();
        keys.add(new BasicTlsPSKExternal(key.identityBytes(), getCrypto().createSecret(key.reveal())));
        return keys;
    }

    /** TLS 1.2. */
    @Override
    public TlsPSKIdentity getPSKIdentity() {
        return new BasicTlsPSKIdentity(key.identityBytes(), key.reveal());
    }

    /** Asked for where the server does not take the key, and begins to show a certificate. */
    @Override
    public TlsAuthentication getAuthentication() throws IOException {
        throw new TlsFatalAlert(AlertDescription.handshake_failure, CERTIFICATE);
    }

    // ---- groups of TLS 1.2

    /** Any group of a sane size: whoever has chosen it has to know the key as well. */
    @Override
    public TlsDHGroupVerifier getDHGroupVerifier() {
        return PskClient::isSane;
    }

    private static boolean isSane(DHGroup field) {
        int bits = field.getP().bitLength();
        return bits >= LEAST_FIELD_BITS
                && bits <= MOST_FIELD_BITS
                && field.getP().testBit(0)
                && field.getG().bitLength() > 1
                && field.getG().compareTo(field.getP().subtract(java.math.BigInteger.ONE)) < 0;
    }

    @Override
    public TlsKeyExchangeFactory getKeyExchangeFactory() {
        return new DefaultTlsKeyExchangeFactory() {
            @Override
            public TlsKeyExchange createPSKKeyExchangeClient(
                    int exchange, TlsPSKIdentity identity, TlsDHGroupVerifier verifier) {
                return new Exchange(exchange, identity, verifier);
            }
        };
    }

    /** Notes the server's choice. */
    private final class Exchange extends TlsPSKKeyExchange {
        Exchange(int exchange, TlsPSKIdentity identity, TlsDHGroupVerifier verifier) {
            super(exchange, identity, verifier);
        }

        @Override
        public void processServerKeyExchange(InputStream input) throws IOException {
            super.processServerKeyExchange(input);
            if (ecConfig != null) {
                group = PskGroups.name(ecConfig.getNamedGroup());
            } else if (dhConfig != null) {
                DHGroup explicit = dhConfig.getExplicitGroup();
                group = "ffdhe"
                        + (explicit == null
                                ? NamedGroup.getFiniteFieldBits(dhConfig.getNamedGroup())
                                : explicit.getP().bitLength());
            }
        }
    }

    // ---- sessions of TLS 1.2

    @Override
    public @Nullable TlsSession getSessionToResume() {
        offered = leg.sessions().latest();
        return offered == null ? null : offered.session();
    }

    @Override
    public void notifyHandshakeComplete() {
        SecurityParameters done = context.getSecurityParametersConnection();
        boolean resumed = done.isResumedSession();
        boolean tls13 = ProtocolVersion.TLSv13.equals(done.getNegotiatedVersion());
        if (!resumed && !tls13 && done.isExtendedMasterSecret()) {
            leg.sessions().add(context.getSession(), key);
        }
        agreed = io.ferrule.connection.TlsSession.byKey(
                tls13 ? "TLSv1.3" : "TLSv1.2",
                PskSuites.name(done.getCipherSuite()),
                resumed ? "none" : tls13 ? PskGroups.name(done.getNegotiatedGroup()) : group,
                resumed,
                name,
                requireNonNull(key));
    }

    /** The next connection begins anew: the server did not go on with this session. */
    void forgetSession() {
        if (offered != null) {
            leg.sessions().remove(offered.session());
        }
    }
}

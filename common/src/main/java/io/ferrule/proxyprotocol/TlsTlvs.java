package io.ferrule.proxyprotocol;

import io.ferrule.connection.TlsSession;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** What a target is told of the client's TLS (proxy-protocol.txt §2.2.1, 2.2.2, 2.2.5). */
final class TlsTlvs {
    private static final int CLIENT_TLS = 0x01;
    private static final int CLIENT_CERT_CONN = 0x02;
    private static final int CLIENT_CERT_SESS = 0x04;

    /** Of a common name; a longer one is left out, because a part of it may be somebody else's. */
    private static final int LONGEST_NAME = 256;

    private TlsTlvs() {}

    /**
     * The TLVs of a session.
     *
     * @param shown the certificate that the client was shown; null if that is not known
     */
    static List<Tlv> of(TlsSession session, @Nullable X509Certificate shown) {
        List<Tlv> all = new ArrayList<>();
        if (session.alpn() != null) {
            all.add(Tlv.text(Tlv.ALPN, session.alpn()));
        }
        if (session.serverName() != null) {
            all.add(Tlv.text(Tlv.AUTHORITY, session.serverName()));
        }
        all.add(tls(session, shown));
        return all;
    }

    private static Tlv tls(TlsSession session, @Nullable X509Certificate shown) {
        boolean certified = !session.peerChain().isEmpty() && session.redirected() == null;
        int client = CLIENT_TLS;
        if (certified) {
            client |= session.resumed() ? CLIENT_CERT_SESS : CLIENT_CERT_CONN | CLIENT_CERT_SESS;
        }
        // Zero is "has shown a certificate that was verified". One that does not hold is told as none.
        byte[] head = ByteBuffer.allocate(5)
                .put((byte) client)
                .putInt(certified ? 0 : 1)
                .array();
        List<Tlv> inner = new ArrayList<>();
        inner.add(Tlv.text(Tlv.TLS_VERSION, session.version()));
        String name = certified ? commonName(session.peerChain().get(0)) : null;
        if (name != null) {
            inner.add(Tlv.text(Tlv.TLS_COMMON_NAME, name));
        }
        inner.add(Tlv.text(Tlv.TLS_CIPHER, session.cipher()));
        if (shown != null) {
            inner.add(Tlv.text(Tlv.TLS_SIGNATURE, shown.getSigAlgName()));
            inner.add(Tlv.text(Tlv.TLS_KEY, key(shown)));
        }
        return Tlv.nested(Tlv.TLS, head, inner);
    }

    /** The first in the subject's order; null if there is none that can be told. */
    private static @Nullable String commonName(X509Certificate certificate) {
        try {
            List<Rdn> rdns = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            for (Rdn rdn : rdns) { // from the right of the text, which is the first in the certificate
                if (rdn.getType().equalsIgnoreCase("CN") && rdn.getValue() instanceof String name) {
                    return name.length() <= LONGEST_NAME ? name : null;
                }
            }
            return null;
        } catch (InvalidNameException e) {
            return null;
        }
    }

    /** As HAProxy has it, such as {@code RSA2048} or {@code EC256}. */
    private static String key(X509Certificate certificate) {
        if (certificate.getPublicKey() instanceof RSAKey rsa) {
            return "RSA" + rsa.getModulus().bitLength();
        }
        if (certificate.getPublicKey() instanceof ECKey ec) {
            return "EC" + ec.getParams().getOrder().bitLength();
        }
        return certificate.getPublicKey().getAlgorithm().toUpperCase(Locale.ROOT);
    }
}

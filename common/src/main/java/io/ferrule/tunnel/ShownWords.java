package io.ferrule.tunnel;

import io.ferrule.admission.RequestedAuthorities;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.ServerTrust;
import io.ferrule.pki.KeyMaterial;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** What peers are shown of a tunnel before they know it, in plain sentences for the operator. */
final class ShownWords {
    private ShownWords() {}

    /** To clients. */
    static List<String> of(AcceptTls accept, TunnelMaterial material) {
        if (accept.isPreSharedOnly()) {
            return List.of("No certificate: that this program has the client's key is the proof.");
        }
        if (material.lacksCertificate()) {
            return List.of("A certificate that is made at the first start; its pin is logged then.");
        }
        List<String> words = new ArrayList<>(each(material.accept(), ""));
        material.names().forEach((name, named) -> words.addAll(each(named.own(), " to those who ask for " + name)));
        if (accept.names().isEmpty()
                && !RequestedAuthorities.of(accept.access(), material.clients()).isEmpty()) {
            words.add("The names of the authorities that a client needs a certificate of.");
        }
        if (accept.staple()) {
            words.add("Its status is fetched and stapled (OCSP).");
        }
        return words;
    }

    /** To the server. */
    static List<String> of(ConnectTls connect, TunnelMaterial material) {
        if (connect.trust() instanceof ServerTrust.PreShared preShared) {
            return List.of("The identity " + preShared.key().identity()
                    + ", which everybody on the way can read; that this program has the key is the proof.");
        }
        return connect.keys() == null
                ? List.of("Nothing: a server that asks for a certificate gets none.")
                : each(material.connect(), ", if it asks for one");
    }

    private static List<String> each(List<KeyMaterial> own, String whom) {
        return own.stream()
                .map(each -> "The certificate " + subject(each.leaf()) + ", " + each.pin() + ", valid until "
                        + each.leaf().getNotAfter().toInstant() + whom + ".")
                .toList();
    }

    private static String subject(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName();
        return name.isEmpty() ? "without a subject" : name;
    }
}

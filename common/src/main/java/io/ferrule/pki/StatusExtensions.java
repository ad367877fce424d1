package io.ferrule.pki;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.GeneralName;

/** What a certificate says about how its status is to be had. */
final class StatusExtensions {
    private static final String AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    private static final int STATUS_REQUEST = 5;

    /** A certificate that names more is not an honest one. */
    private static final int MAX_RESPONDERS = 3;

    private StatusExtensions() {}

    /** True if a TLS feature extension (RFC 7633) has status_request among its features, or cannot be read. */
    static boolean namesStatusRequest(byte[] feature) {
        try {
            for (ASN1Encodable each : sequence(feature)) {
                if (ASN1Integer.getInstance(each).hasValue(STATUS_REQUEST)) {
                    return true;
                }
            }
            return false;
        } catch (RuntimeException e) {
            return true;
        }
    }

    /** The responders that it names (RFC 5280 §4.2.2.1), those reached by plain HTTP only, in its order. */
    static List<URI> responders(X509Certificate certificate) {
        byte[] access = certificate.getExtensionValue(AUTHORITY_INFO_ACCESS);
        List<URI> responders = new ArrayList<>();
        if (access == null) {
            return responders;
        }
        try {
            for (AccessDescription each :
                    AuthorityInformationAccess.getInstance(sequence(access)).getAccessDescriptions()) {
                GeneralName place = each.getAccessLocation();
                if (each.getAccessMethod().equals(AccessDescription.id_ad_ocsp)
                        && place.getTagNo() == GeneralName.uniformResourceIdentifier
                        && responders.size() < MAX_RESPONDERS) {
                    URI uri = new URI(place.getName().toString());
                    if (OcspHttp.speaks(uri)) {
                        responders.add(uri);
                    }
                }
            }
        } catch (RuntimeException | java.net.URISyntaxException e) {
            return List.of();
        }
        return List.copyOf(responders);
    }

    private static ASN1Sequence sequence(byte[] extension) {
        return ASN1Sequence.getInstance(ASN1OctetString.getInstance(extension).getOctets());
    }
}

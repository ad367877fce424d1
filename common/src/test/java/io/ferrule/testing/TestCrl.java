package io.ferrule.testing;

import io.ferrule.testing.TestCertificates.Authority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A revocation list to be, of an authority made for a test: every call changes one thing about it, the last signs it. */
public final class TestCrl {
    private final Authority issuer;
    private final X509v2CRLBuilder builder;
    private @Nullable Instant end = Instant.now().plus(7, ChronoUnit.DAYS);

    private TestCrl(Authority issuer, Instant from) {
        this.issuer = issuer;
        this.builder = new X509v2CRLBuilder(
                X500Name.getInstance(
                        issuer.certificate().getSubjectX500Principal().getEncoded()),
                Date.from(from));
    }

    /** An empty one, valid from an hour ago for a week. */
    public static TestCrl of(Authority issuer) {
        return from(issuer, Instant.now().minus(1, ChronoUnit.HOURS));
    }

    /** An empty one that was issued at another moment. */
    public static TestCrl from(Authority issuer, Instant from) {
        return new TestCrl(issuer, from);
    }

    public TestCrl revoking(X509Certificate... certificates) {
        for (X509Certificate certificate : certificates) {
            builder.addCRLEntry(certificate.getSerialNumber(), Date.from(Instant.now()), CRLReason.keyCompromise);
        }
        return this;
    }

    /** Entries for that many other serial numbers. */
    public TestCrl filled(int entries) {
        for (int i = 1; i <= entries; i++) {
            builder.addCRLEntry(BigInteger.valueOf(i), Date.from(Instant.now()), CRLReason.unspecified);
        }
        return this;
    }

    /** The moment of nextUpdate; null leaves it out. */
    public TestCrl until(@Nullable Instant moment) {
        end = moment;
        return this;
    }

    /** Marked as a list of changes only. */
    public TestCrl delta() throws IOException {
        builder.addExtension(Extension.deltaCRLIndicator, true, new ASN1Integer(1));
        return this;
    }

    /** Marked as a list for leaves only. */
    public TestCrl ofLeavesOnly() throws IOException {
        builder.addExtension(
                Extension.issuingDistributionPoint,
                true,
                new IssuingDistributionPoint(null, true, false, null, false, false));
        return this;
    }

    public X509CRL sign() {
        try {
            if (end != null) {
                builder.setNextUpdate(Date.from(end));
            }
            byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                            .build(issuer.identity().key()))
                    .getEncoded();
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signed, as PEM. */
    public String pem() {
        try {
            return TestCertificate.pem("X509 CRL", sign().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes it as PEM. */
    public Path writeTo(Path directory, String name) {
        return TestCertificate.write(directory.resolve(name + ".crl"), pem());
    }
}

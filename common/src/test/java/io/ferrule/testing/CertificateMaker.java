package io.ferrule.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Describes a certificate for a test, and makes it: self-signed, or signed by another identity. */
public final class CertificateMaker {
    /** The kinds of key that both programs take. */
    public enum KeyKind {
        P256("EC", "SHA256withECDSA"),
        RSA("RSA", "SHA256withRSA"),
        ED25519("Ed25519", "Ed25519");

        private final String algorithm;
        private final String signature;

        KeyKind(String algorithm, String signature) {
            this.algorithm = algorithm;
            this.signature = signature;
        }

        /** A fresh key pair. */
        public KeyPair generate() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
                switch (this) {
                    case P256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
                    case RSA -> generator.initialize(2048);
                    case ED25519 -> {}
                }
                return generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String subject;
    private KeyKind kind = KeyKind.P256;
    private @Nullable KeyPair keys;
    private Instant notBefore = Instant.now().minus(Duration.ofHours(1));
    private Instant notAfter = Instant.now().plus(Duration.ofDays(30));
    private boolean authority;
    private List<GeneralName> alternativeNames = new ArrayList<>(List.of(
            new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")));

    private CertificateMaker(String subject) {
        this.subject = subject;
    }

    /** A P-256 certificate for localhost and 127.0.0.1, valid from an hour ago for thirty days. */
    public static CertificateMaker named(String commonName) {
        return new CertificateMaker("CN=" + commonName);
    }

    public CertificateMaker key(KeyKind kindOfKey) {
        this.kind = kindOfKey;
        return this;
    }

    /** With a key that exists already, as in a renewal. */
    public CertificateMaker key(KeyPair existing) {
        this.keys = existing;
        return this;
    }

    public CertificateMaker validUntil(Instant instant) {
        this.notAfter = instant;
        if (!notBefore.isBefore(instant)) {
            this.notBefore = instant.minus(Duration.ofDays(1));
        }
        return this;
    }

    public CertificateMaker validFrom(Instant instant) {
        this.notBefore = instant;
        return this;
    }

    /** May sign others. */
    public CertificateMaker authority() {
        this.authority = true;
        return this;
    }

    /** With these alternative names and no others, such as {@code GeneralName.uniformResourceIdentifier}. */
    public CertificateMaker alternativeNames(GeneralName... names) {
        this.alternativeNames = List.of(names);
        return this;
    }

    public Identity selfSigned() {
        KeyPair own = keyPair();
        return new Identity(own, List.of(certificate(own, new X500Name(subject), own)));
    }

    /** Signed by {@code issuer}, with the issuer's chain behind it. */
    public Identity signedBy(Identity issuer) {
        KeyPair own = keyPair();
        X500Name issuerName = X500Name.getInstance(
                issuer.certificate().getSubjectX500Principal().getEncoded());
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(certificate(own, issuerName, issuer.keys()));
        chain.addAll(issuer.chain());
        return new Identity(own, chain);
    }

    private KeyPair keyPair() {
        return keys != null ? keys : kind.generate();
    }

    private X509Certificate certificate(KeyPair own, X500Name issuerName, KeyPair issuerKeys) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuerName,
                    new BigInteger(120, RANDOM).setBit(120),
                    Date.from(notBefore),
                    Date.from(notAfter),
                    new X500Name(subject),
                    own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!alternativeNames.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(alternativeNames.toArray(GeneralName[]::new)));
            }
            var signer = new JcaContentSignerBuilder(signatureOf(issuerKeys)).build(issuerKeys.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make the certificate of " + subject, e);
        }
    }

    private static String signatureOf(KeyPair keys) {
        for (KeyKind kind : KeyKind.values()) {
            String algorithm = keys.getPrivate().getAlgorithm();
            if (algorithm.equals(kind.algorithm) || (algorithm.equals("EdDSA") && kind == KeyKind.ED25519)) {
                return kind.signature;
            }
        }
        throw new IllegalArgumentException(
                "no signature for a key of " + keys.getPrivate().getAlgorithm());
    }
}

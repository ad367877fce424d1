package io.ferrule.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes keys with self-signed certificates that serve a server and a client alike. They are meant to be pinned or copied to
 * the peer; as an authority for other certificates they are of no use, and say so.
 */
public final class CertificateMaker {
    /** A certificate made now is tried at once, often by a machine whose clock is behind. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private final Clock clock;
    private final SecureRandom random;

    public CertificateMaker(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** A fresh key and its certificate, each time another; takes up to seconds for RSA. */
    public KeyMaterial make(CertificateTemplate template) {
        try {
            KeyPair pair = keyPair(template.keyType());
            ContentSigner signer = new JcaContentSignerBuilder(
                            template.keyType().signature())
                    .setSecureRandom(random)
                    .build(pair.getPrivate());
            byte[] der = certificate(template, pair).build(signer).getEncoded();
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return new KeyMaterial(List.of(certificate), OlderKeyFormats.withPublicPart(pair));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("a checked template can be signed", e);
        }
    }

    private KeyPair keyPair(KeyType type) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(type.algorithm());
        if (!type.curve().isEmpty()) {
            generator.initialize(new ECGenParameterSpec(type.curve()), random);
        } else {
            generator.initialize(type.bits(), random);
        }
        return generator.generateKeyPair();
    }

    private X509v3CertificateBuilder certificate(CertificateTemplate template, KeyPair pair)
            throws GeneralSecurityException, CertIOException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        X500Name name =
                new X500NameBuilder().addRDN(BCStyle.CN, template.commonName()).build();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        name,
                        serial(),
                        Date.from(now.minus(CLOCK_SKEW)),
                        Date.from(now.plus(template.validity())),
                        name,
                        pair.getPublic())
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                }))
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        if (!template.names().isEmpty()) {
            GeneralName[] names =
                    template.names().stream().map(SubjectNames::generalName).toArray(GeneralName[]::new);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
        return builder;
    }

    /** 128 bits, all but the first random; positive and never zero (RFC 5280 §4.1.2.2). */
    private BigInteger serial() {
        return new BigInteger(127, random).setBit(127);
    }
}

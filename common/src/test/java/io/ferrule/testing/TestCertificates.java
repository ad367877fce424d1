package io.ferrule.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;
import org.jspecify.annotations.Nullable;

/**
 * Certificates for tests, made on the spot. The usual one is a line:
 *
 * <pre>{@code
 * TestCertificate server = TestCertificates.selfSigned("localhost");
 * TestCertificates.Authority ca = TestCertificates.authority();
 * TestCertificate client = ca.issue("worker-1");
 * TestCertificate old = ca.leaf("localhost").expired().key("RSA").issue();
 * }</pre>
 */
public final class TestCertificates {
    private static final SecureRandom RANDOM = new SecureRandom();

    private TestCertificates() {}

    /** A root authority of a new name. */
    public static Authority authority() {
        return authority("Test Root " + Integer.toHexString(RANDOM.nextInt()));
    }

    /** A root authority of this name. */
    public static Authority authority(String commonName) {
        return new Leaf(null, commonName).authority().issueAuthority();
    }

    /** A self-signed P-256 certificate valid now; host names and IP addresses become SANs. */
    public static TestCertificate selfSigned(String commonName, String... moreNames) {
        return selfSignedLeaf(commonName, moreNames).issue();
    }

    /** The same, still open to changes. */
    public static Leaf selfSignedLeaf(String commonName, String... moreNames) {
        return new Leaf(null, commonName).names(commonName).names(moreNames);
    }

    /** One that signs others. {@link #certificate()} is what goes into a bundle. */
    public record Authority(TestCertificate identity, List<X509Certificate> aboveWithoutRoot) {
        public X509Certificate certificate() {
            return identity.certificate();
        }

        public String pem() {
            return TestCertificate.pem(certificate());
        }

        /** Writes {@code ca.crt}. */
        public Path writeTo(Path directory) {
            return TestCertificate.write(directory.resolve("ca.crt"), pem());
        }

        /** A P-256 leaf valid now for both purposes; the name is its CN and, as DNS or IP, its SAN. */
        public TestCertificate issue(String commonName, String... moreNames) {
            return leaf(commonName, moreNames).issue();
        }

        /** The same, still open to changes. */
        public Leaf leaf(String commonName, String... moreNames) {
            return new Leaf(this, commonName).names(commonName).names(moreNames);
        }

        /** An authority under this one; chains of its leaves carry its certificate. */
        public Authority intermediate(String commonName) {
            return new Leaf(this, commonName).authority().issueAuthority();
        }

        /** An authority under this one with dates of its own. */
        public Authority intermediateValid(String commonName, Instant from, Instant to) {
            return new Leaf(this, commonName).authority().validity(from, to).issueAuthority();
        }
    }

    /** A certificate to be: every call changes one thing about it, the last issues it. */
    public static final class Leaf {
        private final @Nullable Authority issuer;
        private final List<GeneralName> names = new ArrayList<>();
        private final List<KeyPurposeId> purposes =
                new ArrayList<>(List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth));
        private X500Name subject;
        private String keyType = "P-256";
        private @Nullable KeyPair pair;
        private final List<AccessDescription> responders = new ArrayList<>();
        private boolean mustStaple;
        private boolean authority;
        private Instant notBefore = Instant.now().minus(1, ChronoUnit.HOURS);
        private Instant notAfter = Instant.now().plus(30, ChronoUnit.DAYS);

        private Leaf(@Nullable Authority issuer, String commonName) {
            this.issuer = issuer;
            this.subject = new X500Name("CN=" + commonName);
        }

        /** The whole subject, such as {@code CN=a,O=b}; empty for none. */
        public Leaf subject(String distinguishedName) {
            subject = new X500Name(distinguishedName);
            return this;
        }

        /** A subject of a common name alone, of any length and content, as only a hostile peer would have it. */
        public Leaf hostileSubject(String commonName) {
            subject = new X500NameBuilder()
                    .addRDN(BCStyle.CN, new DERUTF8String(commonName))
                    .build();
            return this;
        }

        /** Adds SANs: IP addresses as iPAddress, everything else as dNSName. */
        public Leaf names(String... hostNamesAndAddresses) {
            for (String name : hostNamesAndAddresses) {
                names.add(new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name));
            }
            return this;
        }

        /** Adds a dNSName, whatever the text looks like. */
        public Leaf dns(String name) {
            names.add(new GeneralName(GeneralName.dNSName, name));
            return this;
        }

        public Leaf uri(String uri) {
            names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
            return this;
        }

        /** Adds an rfc822Name. */
        public Leaf email(String address) {
            names.add(new GeneralName(GeneralName.rfc822Name, address));
            return this;
        }

        public Leaf withoutNames() {
            names.clear();
            return this;
        }

        public Leaf validity(Instant from, Instant to) {
            notBefore = from;
            notAfter = to;
            return this;
        }

        /** Valid until an hour ago. */
        public Leaf expired() {
            return validity(
                    Instant.now().minus(30, ChronoUnit.DAYS), Instant.now().minus(1, ChronoUnit.HOURS));
        }

        /** Valid from an hour on. */
        public Leaf notYetValid() {
            return validity(
                    Instant.now().plus(1, ChronoUnit.HOURS), Instant.now().plus(30, ChronoUnit.DAYS));
        }

        /** {@code RSA} (2048 bits), {@code P-256}, {@code P-384}, {@code P-521} or {@code Ed25519}. */
        public Leaf key(String type) {
            keyType = type;
            return this;
        }

        /** With the key of another certificate: a renewal keeps its pin. */
        public Leaf keyOf(TestCertificate other) {
            pair = new KeyPair(other.certificate().getPublicKey(), other.key());
            return this;
        }

        public Leaf onlyForServers() {
            purposes.remove(KeyPurposeId.id_kp_clientAuth);
            return this;
        }

        public Leaf onlyForClients() {
            purposes.remove(KeyPurposeId.id_kp_serverAuth);
            return this;
        }

        /** Without an extendedKeyUsage: good for every purpose. */
        public Leaf forAnyPurpose() {
            purposes.clear();
            return this;
        }

        /** Names the OCSP responder that knows its status (authorityInfoAccess). */
        public Leaf responder(String url) {
            responders.add(new AccessDescription(
                    AccessDescription.id_ad_ocsp, new GeneralName(GeneralName.uniformResourceIdentifier, url)));
            return this;
        }

        /** Says that its status has to be stapled (RFC 7633). */
        public Leaf mustStaple() {
            mustStaple = true;
            return this;
        }

        /** For a responder that signs in the authority's place. */
        public Leaf forSigningResponses() {
            purposes.clear();
            purposes.add(KeyPurposeId.id_kp_OCSPSigning);
            return this;
        }

        private Leaf authority() {
            authority = true;
            names.clear();
            return forAnyPurpose();
        }

        public TestCertificate issue() {
            try {
                KeyPair keys = pair == null ? newPair(keyType) : pair;
                List<X509Certificate> chain = new ArrayList<>();
                chain.add(sign(keys));
                if (issuer != null) {
                    chain.addAll(issuer.aboveWithoutRoot());
                }
                return new TestCertificate(chain, keys.getPrivate());
            } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
                throw new IllegalStateException(e);
            }
        }

        private Authority issueAuthority() {
            TestCertificate identity = issue();
            return new Authority(identity, issuer == null ? List.of() : identity.chain());
        }

        private X509Certificate sign(KeyPair keys)
                throws GeneralSecurityException, IOException, OperatorCreationException {
            PrivateKey signingKey =
                    issuer == null ? keys.getPrivate() : issuer.identity().key();
            X500Name name = subject;
            X500Name issuerName = issuer == null
                    ? name
                    : X500Name.getInstance(
                            issuer.certificate().getSubjectX500Principal().getEncoded());
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuerName,
                    new BigInteger(120, RANDOM).add(BigInteger.ONE),
                    Date.from(notBefore),
                    Date.from(notAfter),
                    name,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
            if (!purposes.isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
            }
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            if (!responders.isEmpty()) {
                builder.addExtension(
                        Extension.authorityInfoAccess,
                        false,
                        new AuthorityInformationAccess(responders.toArray(AccessDescription[]::new)));
            }
            if (mustStaple) {
                builder.addExtension(
                        new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24"), false, new DERSequence(new ASN1Integer(5)));
            }
            byte[] der = builder.build(new JcaContentSignerBuilder(signature(signingKey)).build(signingKey))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        }

        private static String signature(PrivateKey key) {
            return switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> "Ed25519";
            };
        }

        private static KeyPair newPair(String type) throws GeneralSecurityException {
            if (type.equals("RSA")) {
                KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
                rsa.initialize(2048);
                return rsa.generateKeyPair();
            }
            if (type.equals("Ed25519")) {
                return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            }
            KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
            ec.initialize(new ECGenParameterSpec("secp" + type.substring(2) + "r1"));
            return ec.generateKeyPair();
        }
    }
}

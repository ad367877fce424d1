package io.ferrule.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * What the Java runtime cannot do with a private key. It stands apart so that Bouncy Castle is loaded for the keys that
 * need it only: a start with a PKCS#8 key does without.
 */
final class OlderKeyFormats {
    private OlderKeyFormats() {}

    /** {@code BEGIN RSA PRIVATE KEY} (RFC 8017 §A.1.2) as PKCS#8. */
    static byte[] pkcs1ToPkcs8(byte[] der) throws IOException {
        return wrap(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                RSAPrivateKey.getInstance(der));
    }

    /** {@code BEGIN EC PRIVATE KEY} (RFC 5915) as PKCS#8; it has to name its curve, as OpenSSL's always do. */
    static byte[] sec1ToPkcs8(byte[] der) throws IOException {
        ECPrivateKey key = ECPrivateKey.getInstance(der);
        if (key.getParametersObject() == null) {
            throw new IOException("no curve");
        }
        return wrap(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
    }

    private static byte[] wrap(AlgorithmIdentifier algorithm, ASN1Object key) throws IOException {
        return new PrivateKeyInfo(algorithm, key).getEncoded();
    }

    /**
     * The private key with the public one stated in it, as OpenSSL writes it and the Java runtime does not: whoever reads it
     * sees at once which certificate it fits. Only ECDSA keys lack it.
     */
    static PrivateKey withPublicPart(KeyPair pair) throws IOException, GeneralSecurityException {
        PrivateKeyInfo plain = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
        if (!plain.getPrivateKeyAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return pair.getPrivate();
        }
        SubjectPublicKeyInfo spki =
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
        ECPrivateKey key = ECPrivateKey.getInstance(plain.parsePrivateKey());
        int bits = ((ECPublicKey) pair.getPublic()).getParams().getOrder().bitLength();
        ECPrivateKey whole = new ECPrivateKey(
                bits, key.getKey(), new DERBitString(spki.getPublicKeyData().getBytes()), null);
        byte[] pkcs8 = wrap(plain.getPrivateKeyAlgorithm(), whole);
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** The public key that belongs to a private one. */
    static PublicKey publicKeyOf(PrivateKey key) {
        try {
            AsymmetricKeyParameter publicKey = publicPart(PrivateKeyFactory.createKey(key.getEncoded()));
            byte[] spki = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicKey)
                    .getEncoded();
            return KeyFactory.getInstance(key.getAlgorithm()).generatePublic(new X509EncodedKeySpec(spki));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("a key of kind " + key.getAlgorithm(), e);
        }
    }

    private static AsymmetricKeyParameter publicPart(AsymmetricKeyParameter key) throws GeneralSecurityException {
        if (key instanceof RSAPrivateCrtKeyParameters rsa) {
            return new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
        }
        if (key instanceof ECPrivateKeyParameters ec) {
            return new ECPublicKeyParameters(
                    ec.getParameters().getG().multiply(ec.getD()).normalize(), ec.getParameters());
        }
        if (key instanceof Ed25519PrivateKeyParameters ed) {
            return ed.generatePublicKey();
        }
        throw new GeneralSecurityException("no public part");
    }
}

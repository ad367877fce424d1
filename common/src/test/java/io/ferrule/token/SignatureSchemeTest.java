package io.ferrule.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token is given to sign, and what becomes of its answer: the Java runtime verifies it. */
class SignatureSchemeTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    /** Moduli of 8k and 8k+1 bits: with the second, the encoding is a byte shorter than the modulus. */
    @ParameterizedTest
    @CsvSource({
        "RSA_PSS_RSAE_SHA256, 2048",
        "RSA_PSS_RSAE_SHA384, 2048",
        "RSA_PSS_RSAE_SHA512, 2048",
        "RSA_PSS_RSAE_SHA256, 2049",
        "RSA_PSS_RSAE_SHA256, 1031"
    })
    void ownPssPaddingAroundTheBareOperationVerifies(SignatureScheme scheme, int modulusBits) throws Exception {
        KeyPair pair = rsa(modulusBits);
        RSAPrivateKey key = (RSAPrivateKey) pair.getPrivate();
        byte[] encoded = PssEncoding.of(scheme, MESSAGE, modulusBits);
        byte[] signature = bare(key, encoded);
        assertThat(encoded).hasSize((modulusBits + 7) / 8);
        assertThat(scheme.verifies(pair.getPublic(), MESSAGE, signature)).isTrue();
        assertThat(scheme.verifies(pair.getPublic(), new byte[] {4}, signature)).isFalse();
        assertThat(scheme.verifies(rsa(modulusBits).getPublic(), MESSAGE, signature))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA_PKCS1_SHA256", "RSA_PKCS1_SHA384", "RSA_PKCS1_SHA512"})
    void digestInfoIsWhatPkcs1PutsItsPaddingAround(String name) throws Exception {
        SignatureScheme scheme = SignatureScheme.valueOf(name);
        KeyPair pair = rsa(2048);
        byte[] info = scheme.digestInfo(MESSAGE);
        byte[] padded = new byte[256];
        Arrays.fill(padded, (byte) 0xFF);
        padded[0] = 0;
        padded[1] = 1;
        padded[padded.length - info.length - 1] = 0;
        System.arraycopy(info, 0, padded, padded.length - info.length, info.length);
        assertThat(scheme.verifies(pair.getPublic(), MESSAGE, bare((RSAPrivateKey) pair.getPrivate(), padded)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "ECDSA_SECP256R1_SHA256, secp256r1",
        "ECDSA_SECP384R1_SHA384, secp384r1",
        "ECDSA_SECP521R1_SHA512, secp521r1"
    })
    void numbersOfAnEcdsaSignatureAreWrittenAsTlsHasThem(SignatureScheme scheme, String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new java.security.spec.ECGenParameterSpec(curve));
        KeyPair pair = generator.generateKeyPair();
        Signature signer = Signature.getInstance("SHA" + scheme.bits() + "withECDSAinP1363Format");
        for (int i = 0; i < 200; i++) { // so that some numbers have a leading zero, and some need one
            signer.initSign((ECPrivateKey) pair.getPrivate());
            signer.update(MESSAGE);
            assertThat(scheme.verifies(pair.getPublic(), MESSAGE, SignatureScheme.ecdsa(signer.sign())))
                    .isTrue();
        }
    }

    private static KeyPair rsa(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static byte[] bare(RSAPrivateKey key, byte[] number) {
        byte[] result = new BigInteger(1, number)
                .modPow(key.getPrivateExponent(), key.getModulus())
                .toByteArray();
        byte[] whole = new byte[number.length];
        int bytes = Math.min(result.length, whole.length);
        System.arraycopy(result, result.length - bytes, whole, whole.length - bytes, bytes);
        return whole;
    }
}

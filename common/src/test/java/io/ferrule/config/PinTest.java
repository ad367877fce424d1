package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pins, and the names that certificates may carry. */
class PinTest {
    @Test
    void pinIsTheSha256OfTheSubjectPublicKeyInfo() throws Exception {
        PublicKey key = KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
        String expected = "sha256/"
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        assertThat(Pin.of(key)).hasToString(expected).isEqualTo(Pin.parse(" " + expected + "\n"));
    }

    @Test
    void everyPinReadsBackAndDiffersFromOthers() {
        Random random = new Random(4);
        Pin last = Pin.parse(Told.PIN);
        for (int i = 0; i < 1000; i++) {
            byte[] digest = new byte[32];
            random.nextBytes(digest);
            Pin pin = Pin.parse("sha256/" + Base64.getEncoder().encodeToString(digest));
            assertThat(Pin.parse(pin.toString())).isEqualTo(pin).hasSameHashCodeAs(pin);
            assertThat(pin).isNotEqualTo(last);
            last = pin;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256/",
                "sha256/AAAA",
                "sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "SHA256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA-_=",
                "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            })
    void anythingElseIsNoPin(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pin.parse(text))
                .withMessage(
                        "\"" + text + "\" is not a pin: write sha256/ and the Base64 of a SHA-256 (44 characters)");
    }

    @ParameterizedTest
    @CsvSource({
        "cn:worker-*,CN,worker-*",
        "DNS:*.example.org,DNS,*.example.org",
        "uri:spiffe://prod/*,URI,spiffe://prod/*",
        "ip:2001:db8::1,IP,2001:db8::1",
        "*,ANY,*"
    })
    void nameSaysWhereInTheCertificateItStands(String text, NamePattern.Kind kind, String pattern) {
        NamePattern name = NamePattern.parse(text);
        assertThat(name).isEqualTo(new NamePattern(kind, pattern));
        assertThat(NamePattern.parse(name.toString())).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "app.example", "any:*", "host:a.example", "mail:a@b", "cn:", ":x", "**"})
    void nameWithoutItsKindIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NamePattern.parse(text))
                .withMessageStartingWith("\"" + text + "\" does not say which name is meant");
    }
}

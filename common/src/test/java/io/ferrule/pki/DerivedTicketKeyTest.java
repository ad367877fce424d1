package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Secret;
import io.ferrule.config.TicketSecrets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DerivedTicketKeyTest {
    private static final String A = "00".repeat(16);
    private static final String B = "11".repeat(32);

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] key(String key, String mac) {
        return DerivedTicketKey.of(new TicketSecrets(new Secret(key), new Secret(mac)));
    }

    /** RFC 5869 §A.1. */
    @Test
    void itIsHkdf() throws Exception {
        byte[] pseudorandom = DerivedTicketKey.extract(hex("000102030405060708090a0b0c"), hex("0b".repeat(22)));
        assertThat(pseudorandom).isEqualTo(hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
        assertThat(DerivedTicketKey.expand(pseudorandom, hex("f0f1f2f3f4f5f6f7f8f9"), 42))
                .isEqualTo(hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
    }

    @Test
    void theSameSecretsMakeTheSameKeyAndEachOfThemCounts() {
        assertThat(key(A, B)).hasSize(TicketKeyFile.KEY_BYTES).isEqualTo(key(A, B));
        assertThat(key(A, B)).isNotEqualTo(key(B, A)).isNotEqualTo(key(A, A)).isNotEqualTo(key(B, B));
    }

    @Test
    void secretsAreNeverShown() {
        assertThat(new TicketSecrets(new Secret(A), new Secret(B)).toString()).doesNotContain("00", "11");
    }
}

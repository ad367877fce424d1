package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenUriTest {
    @Test
    void everyAttributeIsRead() {
        TokenUri uri =
                TokenUri.parse("pkcs11:token=My%20Token;manufacturer=M;model=Mo;serial=42;slot-id=7;object=web%3b1;"
                        + "id=%0A%ffz;type=private?module-path=/m.so&pin-source=file:///etc/pin");
        assertThat(uri.place()).isEqualTo(new TokenUri.Place(Path.of("/m.so"), "My Token", "M", "42", "Mo", 7L));
        assertThat(uri.object()).isEqualTo("web;1");
        assertThat(uri.id()).isEqualTo("0aff7a");
        assertThat(uri.type()).isEqualTo("private");
        assertThat(uri.pin()).isEqualTo(new TokenUri.Pin(Path.of("/etc/pin"), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs11:token=My%20Token;id=%01%FF?module-path=/usr/lib/m.so&pin-source=file:/etc/pin",
                "pkcs11:manufacturer=M;model=Mo;serial=42;slot-id=7;object=web;type=cert",
                "pkcs11:"
            })
    void whatIsReadIsWrittenTheSame(String text) {
        assertThat(TokenUri.parse(text)).hasToString(text);
        assertThat(TokenUri.parse(TokenUri.parse(text).toString())).isEqualTo(TokenUri.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/pin", "file:/etc/pin", "file:///etc/pin"})
    void pinSourceIsAFile(String source) {
        assertThat(TokenUri.parse("pkcs11:?pin-source=" + source).pin().source())
                .isEqualTo(Path.of("/etc/pin"));
    }

    @Test
    void pinIsNeverShown() {
        TokenUri uri = TokenUri.parse("pkcs11:token=a?pin-value=5550111");
        assertThat(uri.pin().value()).isEqualTo(new Secret("5550111"));
        assertThat(uri + " " + uri.pin()).doesNotContain("5550111");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pkcs11:token=a;token=b | token is there twice",
                "pkcs11:colour=red | colour is not an attribute",
                "pkcs11:token | token is not written as token=VALUE",
                "pkcs11:id=%0 | id has a % that is not followed by two",
                "pkcs11:slot-id=x | slot-id is not a number",
                "pkcs11:type=secret-key | neither type=private",
                "pkcs11:?module-name=opensc | write module-path=",
                "pkcs11:?module-path=m.so | module-path is not an absolute path",
                "pkcs11:?pin-source=%7Ccat | names a program",
                "pkcs11:?pin-value=5550111&pin-value=5550111 | pin-value is there twice",
                "pkcs11:?pin-value=5550111%zz | pin-value has a %",
                "file:/a | does not begin with pkcs11:"
            })
    void whatIsWrongIsToldWithoutThePin(String text, String reason) {
        assertThatThrownBy(() -> TokenUri.parse(text.strip()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("5550111");
    }
}

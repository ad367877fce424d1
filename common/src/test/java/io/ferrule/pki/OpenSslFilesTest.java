package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.KeyFiles;
import io.ferrule.config.KeySources;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Secret;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSsl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as OpenSSL writes them, and OpenSSL's opinion of ours. */
@NeedsCommand("openssl")
class OpenSslFilesTest {
    @TempDir
    Path dir;

    private OpenSsl openssl;

    @BeforeEach
    void needsOpenSsl() {
        openssl = OpenSsl.in(dir);
    }

    private KeyMaterial load(String certificate, String key) throws Exception {
        Path keyFile = dir.resolve(key);
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
        return KeyMaterial.load(new KeyFiles(dir.resolve(certificate), keyFile));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "genpkey -algorithm ed25519 -out k.pem",
                "genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out k.pem",
                "genrsa -traditional -out k.pem 2048",
                "ecparam -name prime256v1 -genkey -out k.pem",
                "ecparam -name secp384r1 -genkey -noout -out k.pem",
                "genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-521 -out k.pem",
            })
    void keysOfEveryCommandLoad(String command) throws Exception {
        openssl.run(command);
        openssl.run("req -new -x509 -key k.pem -subj /CN=localhost -days 2 -out c.pem");
        KeyMaterial material = load("c.pem", "k.pem");
        assertThat(material.leaf().getSubjectX500Principal()).hasToString("CN=localhost");
        Files.write(dir.resolve("joined.pem"), Files.readAllBytes(dir.resolve("k.pem")));
        Files.write(
                dir.resolve("joined.pem"),
                Files.readAllBytes(dir.resolve("c.pem")),
                java.nio.file.StandardOpenOption.APPEND);
        assertThat(load("joined.pem", "joined.pem").pin()).isEqualTo(material.pin());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "genrsa -aes256 -passout pass:secret -out k.pem 2048",
                "genrsa -traditional -aes256 -passout pass:secret -out k.pem 2048",
                "genrsa -traditional -des3 -passout pass:secret -out k.pem 2048",
                "genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -aes128 -pass pass:secret -out k.pem",
                "genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -des3 -pass pass:secret -out k.pem",
                "ec -in plain.pem -aes192 -passout pass:secret -out k.pem",
                "pkcs8 -topk8 -in plain.pem -v1 PBE-SHA1-3DES -passout pass:secret -out k.pem",
                "pkcs8 -topk8 -in plain.pem -v2 aes-256-cbc -v2prf hmacWithSHA512 -passout pass:secret -out k.pem",
                "pkcs8 -topk8 -in plain.pem -scrypt -passout pass:secret -out k.pem"
            })
    void encryptedKeysLoadWithTheirPasswordOnly(String command) throws Exception {
        openssl.run("ecparam -name prime256v1 -genkey -noout -out plain.pem");
        openssl.run(command);
        openssl.run("req -new -x509 -key k.pem -passin pass:secret -subj /CN=localhost -days 2 -out c.pem");
        Files.setPosixFilePermissions(dir.resolve("k.pem"), PosixFilePermissions.fromString("rw-------"));
        assertThat(KeyMaterial.load(withPassword("secret"))).singleElement().satisfies(each -> assertThat(
                        each.leaf().getSubjectX500Principal())
                .hasToString("CN=localhost"));
        assertThatThrownBy(() -> KeyMaterial.load(withPassword("wrong")))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith(dir.resolve("k.pem") + ":1: the password does not fit the private key");
        assertThatThrownBy(() -> KeyMaterial.load(withPassword(null)))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("the private key is encrypted: give its password");
    }

    private KeySources withPassword(@Nullable String password) {
        return new KeySources(
                List.of(dir.resolve("c.pem")),
                List.of(dir.resolve("k.pem")),
                List.of(),
                password == null ? null : new Secret(password));
    }

    @Test
    void trustedCertificateFormatIsToldToBeConverted() {
        openssl.run("req -new -x509 -newkey ed25519 -nodes -keyout k.pem -subj /CN=localhost -days 2 -out c.pem");
        openssl.run("x509 -in c.pem -trustout -addtrust serverAuth -out t.pem");
        assertThatThrownBy(() -> PemCertificates.read(dir.resolve("t.pem")))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("openssl x509 -in");
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void openSslTrustsACopyOfWhatWeMake(KeyType type) throws Exception {
        KeyMaterial made = new CertificateMaker(Clock.systemUTC(), new SecureRandom())
                .make(new CertificateTemplate(
                        "redis", List.of("redis.example", "127.0.0.1", "::1"), Duration.ofDays(3650), type));
        made.writeTo(new KeyFiles(dir.resolve("c.pem"), dir.resolve("k.pem")));
        assertThat(
                        openssl.run(
                                "verify -x509_strict -check_ss_sig -purpose sslserver -verify_hostname redis.example -CAfile c.pem c.pem"))
                .contains("OK");
        assertThat(openssl.run("verify -purpose sslclient -verify_ip ::1 -CAfile c.pem c.pem"))
                .contains("OK");
        openssl.run("pkey -in k.pem -noout");
        assertThat(openssl.run("x509 -in c.pem -noout -text"))
                .contains(
                        "CA:FALSE", "Digital Signature", "TLS Web Server Authentication, TLS Web Client Authentication")
                .contains("DNS:redis.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
    }
}

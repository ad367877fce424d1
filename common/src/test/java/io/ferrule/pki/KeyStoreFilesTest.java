package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.KeySources;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Secret;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSsl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Key stores as {@code openssl} and {@code keytool} write them, under names that say nothing. */
@NeedsCommand("openssl")
class KeyStoreFilesTest {
    @TempDir
    Path dir;

    private OpenSsl openssl;
    private Path store;

    @BeforeEach
    void makeAChain() {
        openssl = OpenSsl.in(dir);
        store = dir.resolve("store.bin");
    }

    private void chain() {
        openssl.run(
                "req -new -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -subj /CN=Root -days 9"
                        + " -out ca.pem");
        openssl.run(
                "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -subj /CN=leaf -out l.csr");
        openssl.run("x509 -req -in l.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out c.pem");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-passout pass:secret",
                "-legacy -passout pass:secret",
                "-keypbe AES-128-CBC -certpbe AES-128-CBC -macalg sha512 -passout pass:secret",
                "-nomac -passout pass:secret",
                "-certpbe NONE -passout pass:secret",
                "-keypbe NONE -certpbe NONE -passout pass:secret",
                "-name sécrèt -passout pass:secret"
            })
    void pkcs12OfOpenSslLoadsWithItsChain(String how) throws Exception {
        chain();
        openssl.run("pkcs12 -export -in c.pem -inkey k.pem -certfile ca.pem -out store.bin " + how);
        assertThat(load("secret").chain())
                .extracting(c -> c.getSubjectX500Principal().getName())
                .containsExactly("CN=leaf", "CN=Root");
    }

    @Test
    void pkcs12WithoutAPasswordNeedsNone() throws Exception {
        chain();
        openssl.run("pkcs12 -export -in c.pem -inkey k.pem -out store.bin -passout pass:");
        assertThat(load(null).leaf().getSubjectX500Principal()).hasToString("CN=leaf");
    }

    @Test
    void passwordBeyondAsciiFits() throws Exception {
        chain();
        Files.writeString(dir.resolve("password"), "Schlüssel", StandardCharsets.UTF_8);
        openssl.run("pkcs12 -export -in c.pem -inkey k.pem -out store.bin -passout file:password");
        assertThat(load("Schlüssel").leaf().getSubjectX500Principal()).hasToString("CN=leaf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PKCS12", "JKS", "JCEKS"})
    void storesOfKeytoolLoad(String type) throws Exception {
        keytool("-genkeypair -alias a -keyalg EC -groupname secp256r1 -dname CN=a -storetype " + type);
        keytool("-genkeypair -alias b -keyalg RSA -keysize 2048 -dname CN=b -storetype " + type);
        List<KeyMaterial> loaded = KeyMaterial.load(sources("secret1"));
        assertThat(loaded)
                .extracting(each -> each.leaf().getSubjectX500Principal().getName())
                .containsExactly("CN=a", "CN=b");
        assertThat(loaded)
                .allMatch(each -> PrivateKeys.fits(each.key(), each.leaf().getPublicKey()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PKCS12", "JKS", "JCEKS"})
    void passwordThatIsWrongOrMissingIsTold(String type) {
        keytool("-genkeypair -alias a -keyalg EC -groupname secp256r1 -dname CN=a -storetype " + type);
        assertThatThrownBy(() -> load("secret2"))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith(store + ": the password does not fit this key store")
                .hasMessageNotContaining("secret2");
        assertThatThrownBy(() -> load(null))
                .isInstanceOf(OperatorException.class)
                .hasMessageStartingWith(store + ": this key store is protected by a password: give its password by");
    }

    @Test
    void keyOfAnotherPasswordThanItsStoreIsTold() {
        keytool("-genkeypair -alias a -keyalg EC -groupname secp256r1 -dname CN=a -storetype JKS -keypass another");
        assertThatThrownBy(() -> load("secret1")).hasMessageContaining("or not a key in it");
    }

    @Test
    void storeOfTrustedCertificatesAloneHasNoKey() {
        chain();
        keytool("-importcert -noprompt -alias ca -file ca.pem -storetype JKS");
        assertThatThrownBy(() -> load("secret1")).hasMessage(store + ": has no private key; give it as key");
    }

    @Test
    void twoKeysOfOneKindAreNamed() {
        keytool("-genkeypair -alias a -keyalg EC -groupname secp256r1 -dname CN=a -storetype PKCS12");
        keytool("-genkeypair -alias b -keyalg EC -groupname secp384r1 -dname CN=b -storetype PKCS12");
        assertThatThrownBy(() -> load("secret1"))
                .hasMessageContaining("holds a second ECDSA key")
                .hasMessageContaining("CN=a sha256/")
                .hasMessageContaining("CN=b sha256/")
                .hasMessageContaining("below names");
    }

    @Test
    void storeThatOthersCanReadIsRefused() throws Exception {
        keytool("-genkeypair -alias a -keyalg EC -groupname secp256r1 -dname CN=a -storetype PKCS12");
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> KeyMaterial.load(sources("secret1"))).hasMessageContaining("chmod 600 " + store);
        assertThatThrownBy(() -> KeyMaterial.load(sources("wrong")))
                .hasMessageContaining("chmod 600 " + store)
                .hasMessageContaining("does not fit");
    }

    private KeyMaterial load(@Nullable String password) throws OperatorException, IOException {
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-------"));
        List<KeyMaterial> all = KeyMaterial.load(sources(password));
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private KeySources sources(@Nullable String password) {
        return new KeySources(List.of(store), List.of(), List.of(), password == null ? null : new Secret(password));
    }

    private void keytool(String line) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        String keyPassword = line.startsWith("-genkeypair") && !line.contains("-keypass") ? " -keypass secret1" : "";
        command.addAll(Arrays.asList((line + keyPassword + " -keystore " + store + " -storepass secret1").split(" ")));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(dir.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed:\n" + output);
            }
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ferrule.config.OperatorException;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashedCertificatesTest {
    private static final TestCertificates.Authority ONE = TestCertificates.authority("One");
    private static final TestCertificates.Authority OTHER = TestCertificates.authority("Other");

    @TempDir
    Path directory;

    private void put(String name, String text) {
        TestCertificate.write(directory.resolve(name), text);
    }

    @NeedsCommand("openssl")
    @Test
    void whatOpensslHasHashedIsRead() throws Exception {
        put("one.pem", ONE.pem());
        put("other.pem", OTHER.pem());
        CommandResult.of("openssl", "rehash", directory.toString()).orFail();
        assertThat(HashedCertificates.read(directory))
                .containsExactlyInAnyOrder(ONE.certificate(), OTHER.certificate());
    }

    @Test
    void filesOfTheSameHashAreReadAndLinksFollowedButEachCertificateOnce() throws Exception {
        put("1a2b3c4d.0", ONE.pem() + OTHER.pem());
        put("1a2b3c4d.1", ONE.pem());
        put("other", OTHER.pem());
        Files.createSymbolicLink(directory.resolve("00000000.0"), directory.resolve("other"));
        assertThat(HashedCertificates.read(directory)).containsExactly(OTHER.certificate(), ONE.certificate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"one.pem", "1a2b3c4d", "1a2b3c4d.r0", "1A2B3C4D.0", "x1a2b3c4d.0", "1a2b3c4d.0.bak"})
    void aFileThatOpensslWouldNotFindIsNotTrusted(String name) throws Exception {
        put(name, ONE.pem());
        assertThat(HashedCertificates.read(directory)).isEmpty();
    }

    @Test
    void aLinkThatLeadsNowhereIsNoCertificate() throws Exception {
        Files.createSymbolicLink(directory.resolve("1a2b3c4d.0"), directory.resolve("gone"));
        assertThat(HashedCertificates.read(directory)).isEmpty();
    }

    @Test
    void aDamagedFileIsNamed() {
        put("1a2b3c4d.0", "nothing");
        assertThatExceptionOfType(OperatorException.class)
                .isThrownBy(() -> HashedCertificates.read(directory))
                .withMessageStartingWith(directory.resolve("1a2b3c4d.0") + ": ");
    }

    @Test
    void whatIsNoDirectoryIsNamed() {
        Path file = TestCertificate.write(directory.resolve("file"), ONE.pem());
        assertThatExceptionOfType(OperatorException.class)
                .isThrownBy(() -> HashedCertificates.read(file))
                .withMessageStartingWith(file + ": cannot be read as a directory");
    }
}

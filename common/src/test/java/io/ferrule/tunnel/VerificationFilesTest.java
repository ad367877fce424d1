package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.NamedService;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TunnelConfig;
import io.ferrule.config.Verification;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files and directories that stunnel's options verify by are read whole, or the tunnel does not start. */
class VerificationFilesTest {
    private static final TestCertificates.Authority CA = TestCertificates.authority("CA");
    private static final TestCertificate OWN = TestCertificates.selfSigned("own.test");

    @TempDir
    Path directory;

    private Path file;
    private Path hashed;
    private Path empty;

    @BeforeEach
    void write() throws Exception {
        file = CA.writeTo(directory);
        hashed = Files.createDirectory(directory.resolve("hashed"));
        TestCertificate.write(hashed.resolve("1a2b3c4d.0"), TestCertificate.pem(OWN.certificate()));
        TestCertificate.write(hashed.resolve("1a2b3c4d.1"), CA.pem());
        TestCertificate.write(
                hashed.resolve("unhashed.pem"),
                TestCertificates.authority("Unhashed").pem());
        empty = Files.createDirectory(directory.resolve("empty"));
    }

    private static Verification chain(Path... certificates) {
        return new Verification(true, true, false, List.of(certificates), List.of());
    }

    private static TunnelConfig client(Verification asked) {
        ConnectTls tls = new ConnectTls(new ServerTrust.Verified(asked), null, null, TlsSettings.DEFAULT);
        return TunnelRig.client("c", tls, 1);
    }

    private TunnelConfig server(Access access, NamedService... names) {
        AcceptTls tls = new AcceptTls(
                KeySources.of(OWN.writeTo(directory)),
                access,
                TlsSettings.DEFAULT,
                Revocation.NONE,
                null,
                false,
                List.of(names),
                false);
        return TunnelRig.server("s", tls, TunnelRig.at(1));
    }

    private static List<X509Certificate> trusted(TunnelConfig config) throws OperatorException {
        TunnelMaterial material = TunnelMaterial.load(List.of(config)).get(0);
        return config.connect().tls() == null
                ? material.clients().certificates()
                : material.server().certificates();
    }

    private static List<String> problems(TunnelConfig... configs) {
        try {
            TunnelMaterial.load(List.of(configs));
            return List.of();
        } catch (OperatorException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    @Test
    void filesAndDirectoriesAreReadTogetherAndEachCertificateCountsOnce() throws Exception {
        assertThat(trusted(client(chain(file, hashed)))).containsExactlyInAnyOrder(CA.certificate(), OWN.certificate());
        assertThat(trusted(server(new Access.Verified(chain(hashed, file)))))
                .containsExactlyInAnyOrder(CA.certificate(), OWN.certificate());
    }

    @Test
    void anEmptyDirectoryBesidesAFileDoesNoHarm() throws Exception {
        assertThat(trusted(client(chain(file, empty)))).containsExactly(CA.certificate());
    }

    @ParameterizedTest
    @CsvSource({"true,false", "false,true", "true,true"})
    void noCertificateToVerifyByIsAProblemAndNotTrustInEverybody(boolean chain, boolean stored) {
        Verification nothing = new Verification(false, chain, stored, List.of(), List.of());
        String problem =
                "a peer is to be verified (verifyChain, verifyPeer), and no certificate is named to verify it by:"
                        + " name some in CAfile or CApath";
        assertThat(problems(client(nothing), server(new Access.Verified(nothing))))
                .containsExactly("tunnel c: " + problem, "tunnel s: " + problem);
        Verification hollow = new Verification(false, chain, stored, List.of(empty), List.of());
        assertThat(problems(client(hollow), server(new Access.Verified(hollow))))
                .singleElement()
                .asString()
                .startsWith(empty + ": has no file that is named by the hash of a subject");
    }

    @Test
    void aNameOfItsOwnIsHeldToItToo() {
        NamedService service =
                new NamedService("a.test", null, new Access.Verified(chain(empty)), Revocation.NONE, TunnelRig.at(1));
        assertThat(problems(server(new Access.Anyone(), service)))
                .singleElement()
                .asString()
                .startsWith(empty + ": has no file");
    }

    @Test
    void everyFileThatCannotBeReadIsToldAndNothingElse() {
        Path missing = directory.resolve("missing.pem");
        Path hollow = TestCertificate.write(directory.resolve("hollow.pem"), "");
        assertThat(problems(client(chain(missing, hollow, empty))))
                .containsExactly(missing + ": there is no such file", hollow + ": is empty; a PEM file is needed");
    }

    @Test
    void whereNothingIsVerifiedNoFileIsReadAsInStunnel() throws Exception {
        Verification nothing =
                new Verification(false, false, false, List.of(directory.resolve("missing.pem"), file), List.of());
        assertThat(problems(client(nothing), server(new Access.Verified(nothing))))
                .isEmpty();
        assertThat(trusted(client(nothing))).isEmpty();
    }
}

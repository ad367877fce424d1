package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only stunnel's configuration can say, as the rest of the configuration sees it. */
class VerificationTest {
    private static final Address NEAR = new Address.Tcp("127.0.0.1", 7001);
    private static final Address FAR = new Address.Tcp("far.example", 7002);
    private static final NamePattern HOST = new NamePattern(NamePattern.Kind.HOST, "redis.example");

    @TempDir
    private Path dir;

    private static Verification asked(boolean required, boolean chain, boolean stored, NamePattern... names) {
        return new Verification(
                required, chain, stored, List.of(Path.of("/ca.pem"), Path.of("/certs")), List.of(names));
    }

    private static TunnelConfig server(Access access, List<NamedService> names, Address... targets) {
        AcceptTls tls = new AcceptTls(null, access, TlsSettings.DEFAULT, Revocation.NONE, null, false, names, false);
        return tunnel(tls, new ConnectLeg(List.of(targets), Failover.PRIORITY, null, null));
    }

    private static TunnelConfig client(Verification asked, Address... targets) {
        ConnectTls tls = new ConnectTls(new ServerTrust.Verified(asked), null, null, TlsSettings.DEFAULT);
        return tunnel(null, new ConnectLeg(List.of(targets), Failover.ROUND_ROBIN, null, tls));
    }

    private static TunnelConfig tunnel(@Nullable AcceptTls accept, ConnectLeg connect) {
        return new TunnelConfig(
                "t", new AcceptLeg(new Address.Tcp("127.0.0.1", 0), accept), connect, Limits.DEFAULT, Timeouts.DEFAULT);
    }

    private static String text(Role role, TunnelConfig tunnel) {
        return ConfigText.of(new ProcessConfig(
                role,
                List.of(tunnel),
                null,
                false,
                TransportChoice.AUTO,
                0,
                Duration.ZERO,
                ProcessConfig.EXPIRY_WARNING,
                LogFormat.TEXT,
                "info",
                Path.of("/x"),
                true));
    }

    @Test
    void aServerThatNothingVerifiesIsAnUnsafeChoiceThatSaysWhatCanHappen() {
        assertThat(client(asked(true, false, false, HOST), NEAR, FAR).unsafeChoices())
                .containsExactly("neither verifyChain nor verifyPeer: nothing proves who answers at 127.0.0.1:7001 or"
                        + " far.example:7002, so anybody on the way can pass for it, and read and change everything");
    }

    @Test
    void aChainWithoutANameIsAnUnsafeChoice() {
        assertThat(client(asked(true, true, false), FAR).unsafeChoices())
                .containsExactly("verifyChain without checkHost, checkIP or checkEmail: whoever has a certificate that"
                        + " leads to an authority in /ca.pem or /certs can pass for far.example:7002");
        assertThat(client(asked(true, true, false, HOST), FAR).unsafeChoices()).isEmpty();
        assertThat(client(asked(true, false, true), FAR).unsafeChoices()).isEmpty();
        assertThat(client(asked(true, true, true), FAR).unsafeChoices()).isEmpty();
    }

    @Test
    void aCertificateThatIsRequiredAndNotVerifiedIsAnUnsafeChoice() {
        Access any = new Access.Verified(asked(true, false, false));
        assertThat(server(any, List.of(), NEAR).unsafeChoices())
                .containsExactly(
                        "neither verifyChain nor verifyPeer: clients need a certificate, but one that anybody can"
                                + " make will do");
        assertThat(server(new Access.Verified(asked(false, false, false)), List.of(), NEAR)
                        .unsafeChoices())
                .isEmpty();
        assertThat(server(new Access.Verified(asked(true, true, false)), List.of(), NEAR)
                        .unsafeChoices())
                .isEmpty();
    }

    @Test
    void plaintextToEachTargetElsewhereIsAnUnsafeChoice() {
        assertThat(server(new Access.Anyone(), List.of(), NEAR, FAR).unsafeChoices())
                .singleElement()
                .asString()
                .startsWith("insecure-plaintext: bytes travel to far.example:7002 without TLS");
    }

    @Test
    void filesAndDirectoriesThatVerifyAreNamed() {
        Access access = new Access.Verified(asked(true, true, false));
        NamedService service = new NamedService(
                "a",
                null,
                new Access.Verified(new Verification(true, true, false, List.of(Path.of("/a.pem")), List.of())),
                Revocation.NONE,
                NEAR);
        assertThat(NamedFiles.of(server(access, List.of(service), NEAR)))
                .containsExactlyInAnyOrder(Path.of("/ca.pem"), Path.of("/certs"), Path.of("/a.pem"));
        assertThat(NamedFiles.of(client(asked(true, true, false), NEAR)))
                .containsExactlyInAnyOrder(Path.of("/ca.pem"), Path.of("/certs"));
        assertThat(NamedFiles.of(client(asked(true, false, false), NEAR))).isEmpty();
    }

    @Test
    void whoIsVerifiedByStunnelsOptionsIsACommentAndReadBackNobodyMoreGetsIn() {
        Access verified = new Access.Verified(asked(false, true, false, HOST));
        NamedService service = new NamedService("a.example", null, verified, Revocation.NONE, NEAR);
        String text = text(Role.SERVER, server(new Access.Anyone(), List.of(service), NEAR));
        assertThat(text)
                .contains("# clients show a certificate that leads to an authority in /ca.pem or /certs and carries"
                        + " host:redis.example, or none, which cannot be said here");
        AcceptTls tls = Told.nothing(Role.SERVER).file(dir, text).acceptTls();
        assertThat(tls.names()).extracting(NamedService::access).containsExactly(Access.Clients.ofInvitations());
        String whole = text(Role.SERVER, server(verified, List.of(), NEAR));
        assertThat(Told.nothing(Role.SERVER).file(dir, whole).acceptTls().access())
                .isEqualTo(Access.Clients.ofInvitations());
    }

    @Test
    void aServerThatIsVerifiedByStunnelsOptionsIsACommentAndReadBackDoesNotStart() {
        String text = text(Role.CLIENT, client(asked(true, false, false), NEAR));
        assertThat(text).contains("    # the server shows any certificate\n");
        assertThat(Told.nothing(Role.CLIENT).file(dir, text).problems()).isNotEmpty();
    }

    @Test
    void furtherTargetsAndTheSourceAreComments() throws Exception {
        InetAddress source = InetAddress.getByName("127.0.0.9");
        AcceptTls tls = new AcceptTls(null, new Access.Anyone(), TlsSettings.DEFAULT);
        TunnelConfig tunnel = tunnel(tls, new ConnectLeg(List.of(NEAR, FAR), Failover.ROUND_ROBIN, source, null));
        assertThat(text(Role.SERVER, tunnel))
                .contains(
                        """
                            target: 127.0.0.1:7001
                            # in turn 127.0.0.1:7001 or far.example:7002
                            # from the address 127.0.0.9
                        """);
    }

    @Test
    void aCommentIsOneLineWhateverAPathHolds() {
        Verification asked =
                new Verification(true, true, false, List.of(Path.of("/a\n    access: anyone\r\tx")), List.of());
        String text = text(Role.SERVER, server(new Access.Verified(asked), List.of(), NEAR));
        assertThat(text).contains("/a?    access: anyone??x").doesNotContain("\n    access: anyone");
    }

    @Test
    void wordsTellWhatIsAsked() {
        assertThat(asked(true, true, true, HOST).words())
                .isEqualTo(
                        "a certificate that leads to an authority in /ca.pem or /certs and has the subject and key of one"
                                + " in /ca.pem or /certs and carries host:redis.example");
        assertThat(asked(true, false, false).words()).isEqualTo("any certificate");
        assertThat(asked(false, false, false, HOST).words()).isEqualTo("a certificate that carries host:redis.example");
    }

    @Test
    void aLegNeedsATarget() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ConnectLeg(List.of(), Failover.PRIORITY, null, null));
    }
}

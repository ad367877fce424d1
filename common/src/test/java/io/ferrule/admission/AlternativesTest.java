package io.ferrule.admission;

import static io.ferrule.admission.Verdicts.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.Access;
import io.ferrule.config.NamePattern;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCertificates.Authority;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlternativesTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Authority ROOT = TestCertificates.authority();
    private static final TestCertificate PINNED = TestCertificates.selfSigned("pinned");
    private static final TestCertificate GUEST = TestCertificates.selfSigned("guest");
    private static final TestCertificate WORKER = ROOT.issue("worker-7");
    private static final TestCertificate STRANGER = TestCertificates.selfSigned("stranger");

    private final InvitedClients invited = new InvitedClients();
    private final DenyList denied = new DenyList();

    private PeerVerifier all(Pin pin) {
        Access access = new Access.Clients(
                List.of(pin),
                false,
                new Access.Authority(Path.of("ca.crt"), List.of(NamePattern.parse("cn:worker-*"))),
                true,
                false);
        return PeerRules.client(
                        "redis",
                        access,
                        Revocation.NONE,
                        new TrustMaterial(List.of(ROOT.certificate()), List.of(), denied),
                        invited,
                        CLOCK)
                .orElseThrow();
    }

    private void invite(TestCertificate client, String tunnel, Duration ahead) {
        invited.replace(List.of(new InvitedClients.Client(
                "guest", client.pin(), tunnel, Instant.now().plus(ahead))));
    }

    @Test
    void anyWayIsEnough() {
        invite(GUEST, "redis", Duration.ofHours(1));
        PeerVerifier rule = all(PINNED.pin());
        for (TestCertificate client : List.of(PINNED, GUEST, WORKER)) {
            assertThat(rule.verify(client.chain())).isEqualTo(Verdict.TRUSTED);
        }
    }

    @Test
    void refusalSaysForEachWayWhyNot() {
        assertThat(assertRefused(all(PINNED.pin()).verify(STRANGER.chain()), HandshakeFailure.UNTRUSTED)
                        .explanation())
                .startsWith("no way to know a client lets this one in:\n  by its key: pin mismatch: expected "
                        + PINNED.pin() + "\n  by invitation: the client is not invited (or was revoked)\n  by its"
                        + " authority: the client's certificate is not trusted: no trusted path")
                .containsOnlyOnce("the client presented:")
                .contains(STRANGER.pin().toString());
    }

    @Test
    void wayThatKnowsTheClientNamesTheFailure() {
        TestCertificate expired =
                TestCertificates.selfSignedLeaf("pinned").expired().issue();
        assertRefused(all(expired.pin()).verify(expired.chain()), HandshakeFailure.EXPIRED);
        assertRefused(all(PINNED.pin()).verify(ROOT.issue("intern").chain()), HandshakeFailure.NAME_MISMATCH);
        assertRefused(all(PINNED.pin()).verify(expired.chain()), HandshakeFailure.UNTRUSTED);
        assertRefused(
                all(PINNED.pin())
                        .verify(ROOT.leaf("worker-1").notYetValid().issue().chain()),
                HandshakeFailure.NOT_YET_VALID);
    }

    @Test
    void invitationHoldsForItsTunnelAndTimeAndUntilItIsTakenBack() {
        PeerVerifier rule = all(PINNED.pin());
        invite(GUEST, "other", Duration.ofHours(1));
        assertThat(assertRefused(rule.verify(GUEST.chain()), HandshakeFailure.UNTRUSTED)
                        .explanation())
                .contains("the client guest is invited to the tunnel other, not to redis");
        invite(GUEST, "redis", Duration.ofSeconds(-1));
        assertRefused(rule.verify(GUEST.chain()), HandshakeFailure.EXPIRED);
        invite(GUEST, "redis", Duration.ofHours(1));
        assertThat(rule.verify(GUEST.chain())).isEqualTo(Verdict.TRUSTED);
        invited.replace(List.of());
        assertRefused(rule.verify(GUEST.chain()), HandshakeFailure.UNTRUSTED);
    }

    @Test
    void invitedClientsCertificateHasDatesOfItsOwn() {
        TestCertificate expired =
                TestCertificates.selfSignedLeaf("guest").expired().issue();
        invite(expired, "redis", Duration.ofHours(1));
        assertRefused(all(PINNED.pin()).verify(expired.chain()), HandshakeFailure.EXPIRED);
    }

    @Test
    void wayThatFailsDoesNotWeakenTheOthers() {
        TestCertificates.Leaf many = ROOT.leaf("worker-7");
        for (int i = 0; i < 1001; i++) {
            many.dns("n" + i + ".example");
        }
        TestCertificate unreadable = many.issue();
        assertRefused(all(PINNED.pin()).verify(unreadable.chain()), HandshakeFailure.UNTRUSTED);
        assertThat(all(unreadable.pin()).verify(unreadable.chain())).isEqualTo(Verdict.TRUSTED);
    }

    @Test
    void deniedIsRefusedWhateverElseIsSaid() {
        PeerVerifier rule = all(PINNED.pin());
        assertThat(rule.verify(WORKER.chain())).isEqualTo(Verdict.TRUSTED);
        denied.replace(new DenyList.Entries(
                Set.of(PINNED.pin()), Set.of(WORKER.certificate().getSerialNumber())));
        assertRefused(rule.verify(PINNED.chain()), HandshakeFailure.DENIED);
        assertRefused(rule.verify(WORKER.chain()), HandshakeFailure.DENIED);
    }

    @Test
    void deniedAuthorityDeniesAllBelowIt() {
        Authority issuing = ROOT.intermediate("Issuing");
        PeerVerifier rule = all(PINNED.pin());
        TestCertificate below = issuing.issue("worker-1");
        assertThat(rule.verify(below.chain())).isEqualTo(Verdict.TRUSTED);
        denied.replace(new DenyList.Entries(Set.of(Pin.of(issuing.certificate())), Set.of()));
        assertRefused(rule.verify(below.chain()), HandshakeFailure.DENIED);
        denied.replace(new DenyList.Entries(Set.of(Pin.of(ROOT.certificate())), Set.of()));
        assertRefused(rule.verify(below.chain()), HandshakeFailure.DENIED);
    }

    @Test
    void optionalCertificateMayBeMissingButNotWrong() {
        PeerCheck optional = new PeerCheck(all(PINNED.pin()), false, null);
        assertThat(optional.judge(List.of())).isEqualTo(Verdict.TRUSTED);
        assertRefused(optional.judge(STRANGER.chain()), HandshakeFailure.UNTRUSTED);
        assertRefused(PeerCheck.by(all(PINNED.pin())).judge(List.of()), HandshakeFailure.NO_CERTIFICATE);
    }

    @Test
    void nextPinIsTrusted() {
        ServerTrust.Pins trust = new ServerTrust.Pins(List.of(PINNED.pin()), List.of(GUEST.pin()), false);
        PeerVerifier rule = PeerRules.server(trust, Revocation.NONE, TrustMaterial.none(), "redis", CLOCK);
        assertThat(rule.verify(PINNED.chain())).isEqualTo(Verdict.TRUSTED);
        assertThat(rule.verify(GUEST.chain())).isEqualTo(Verdict.TRUSTED);
        assertRefused(rule.verify(STRANGER.chain()), HandshakeFailure.PIN_MISMATCH);
    }

    @Test
    void wordsComeFromTheRulesAsTheyAreNow() {
        PeerVerifier rule = all(PINNED.pin());
        assertThat(rule.words())
                .contains("There are 3 ways to know a client, and one of them is enough.")
                .anyMatch(w -> w.contains("its key, whose pin is " + PINNED.pin()))
                .anyMatch(w -> w.contains("nobody is now"))
                .anyMatch(w -> w.contains("if it carries cn:worker-*."))
                .noneMatch(w -> w.contains("deny list"));
        invite(GUEST, "redis", Duration.ofHours(1));
        denied.replace(new DenyList.Entries(Set.of(GUEST.pin()), Set.of()));
        assertThat(rule.words())
                .anyMatch(w -> w.contains("now guest;"))
                .anyMatch(w -> w.startsWith("The deny list refuses"));
    }

    @Test
    void denyFileIsReadWithCommentsAndColons(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(
                dir.resolve("deny"), "# gone\n" + PINNED.pin() + " # laptop\n\nserial:0A:ff\nserial: 10\n");
        DenyLists lists = new DenyLists();
        DenyList list = lists.read(file);
        assertThat(list.entries())
                .isEqualTo(new DenyList.Entries(
                        Set.of(PINNED.pin()), Set.of(BigInteger.valueOf(0xaff), BigInteger.valueOf(16))));
        Files.writeString(file, "");
        assertThat(lists.read(file)).isSameAs(list);
        assertThat(list.entries().pins()).isEmpty();
    }

    @Test
    void brokenDenyFileIsToldByLineUnquotedAndChangesNothing(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("deny"), PINNED.pin() + "\n");
        DenyLists lists = new DenyLists();
        DenyList list = lists.read(file);
        Files.writeString(file, "serial:xyz\n\nsha256/short\n");
        assertThatThrownBy(() -> lists.read(file))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(file + ":1: this is no entry")
                .hasMessageContaining(file + ":3: this is no entry")
                .hasMessageNotContaining("xyz");
        assertThat(list.entries().pins()).containsExactly(PINNED.pin());
        assertThatThrownBy(() -> DenyFile.read(dir.resolve("none"))).hasMessageContaining("there is no such file");
    }
}

package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.admission.InvitedClients;
import io.ferrule.admission.PeerRules;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConfigReader;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Role;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.Directories;
import io.ferrule.testing.RuleKinds;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of rule, from options and files to the verdict. */
class RuleKindsTest {
    private static final Path DIRECTORY = Directories.temporary("ferrule-rules");

    private final InvitedClients invited = new InvitedClients();

    static List<RuleKinds.Kind> kinds() {
        return RuleKinds.in(DIRECTORY);
    }

    @AfterAll
    static void delete() {
        Directories.delete(DIRECTORY);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void rightCertificateIsLetInAndAnotherIsRefused(RuleKinds.Kind kind) throws OperatorException {
        invite(kind);
        PeerCheck check = check(kind.judge(), kind.options());
        assertThat(check.judge(kind.accepted().chain())).isEqualTo(Verdict.TRUSTED);
        Verdict.Refused refused = (Verdict.Refused) check.judge(kind.refused().chain());
        assertThat(refused.failure()).as(refused.explanation()).isEqualTo(kind.failure());
        assertThat(check.judge(List.of()).equals(Verdict.TRUSTED))
                .as("without a certificate")
                .isEqualTo(!check.required());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void rightCertificateIsRefusedAfterTheChange(RuleKinds.Kind kind) throws OperatorException {
        invite(kind);
        assertThat(check(kind.judge(), kind.changed()).judge(kind.accepted().chain()))
                .isInstanceOf(Verdict.Refused.class);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void ruleDescribesItself(RuleKinds.Kind kind) throws OperatorException {
        invite(kind);
        assertThat(check(kind.judge(), kind.options()).words())
                .hasSizeGreaterThan(1)
                .allMatch(w -> w.endsWith("."));
    }

    private void invite(RuleKinds.Kind kind) {
        if (kind.byInvitation()) {
            invited.replace(List.of(new InvitedClients.Client(
                    "orders", kind.accepted().pin(), "default", Instant.now().plusSeconds(60))));
        }
    }

    private PeerCheck check(Role judge, Map<String, List<String>> options) throws OperatorException {
        Map<String, List<String>> flags = new LinkedHashMap<>(options);
        flags.put("target", List.of("127.0.0.1:1"));
        TunnelMaterial material = TunnelMaterial.load(
                        ConfigReader.read(judge, flags, Map.of()).tunnels())
                .get(0);
        Clock clock = Clock.systemUTC();
        if (judge == Role.CLIENT) {
            ConnectTls tls = Objects.requireNonNull(material.config().connect().tls());
            String name = Objects.requireNonNullElse(tls.serverName(), "127.0.0.1");
            return PeerCheck.by(PeerRules.server(tls.trust(), tls.revocation(), material.server(), name, clock));
        }
        AcceptTls tls = Objects.requireNonNull(material.config().accept().tls());
        PeerVerifier verifier = PeerRules.client(
                        "default", tls.access(), tls.revocation(), material.clients(), invited, clock)
                .orElseThrow();
        return new PeerCheck(verifier, !((Access.Clients) tls.access()).optional(), null);
    }
}

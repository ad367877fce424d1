package io.ferrule.bench.micro;

import io.ferrule.admission.InvitedClients;
import io.ferrule.admission.PeerRules;
import io.ferrule.admission.TrustMaterial;
import io.ferrule.config.Access;
import io.ferrule.config.Pin;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.connection.PeerVerifier;
import io.ferrule.connection.Verdict;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import io.ferrule.testing.TestCertificates.Authority;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a chain of a leaf and an intermediate certificate costs to judge, on every handshake, by each way to know a peer. */
@State(Scope.Thread)
public class VerdictBenchmark extends Microbenchmark {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final int INVITED = 1000;

    private final Authority root = TestCertificates.authority();
    private final TestCertificate peer = root.intermediate("Issuing").issue("redis.test");
    private final List<X509Certificate> chain = peer.chain();
    private final PeerVerifier pinned = PeerRules.server(
            new ServerTrust.Pins(List.of(peer.pin()), List.of(), false),
            Revocation.NONE,
            TrustMaterial.none(),
            "redis.test",
            CLOCK);
    private final PeerVerifier signed = PeerRules.server(
            new ServerTrust.Authority(Path.of("ca.crt")),
            Revocation.NONE,
            TrustMaterial.of(List.of(root.certificate())),
            "redis.test",
            CLOCK);
    private final PeerVerifier invited = PeerRules.client(
                    "redis",
                    Access.Clients.ofInvitations(),
                    Revocation.NONE,
                    TrustMaterial.none(),
                    invitedClients(peer.pin()),
                    CLOCK)
            .orElseThrow();

    private static InvitedClients invitedClients(Pin known) {
        List<InvitedClients.Client> clients = new ArrayList<>();
        for (int i = 0; i < INVITED; i++) {
            Pin pin = i == INVITED / 2 ? known : stranger(i);
            clients.add(new InvitedClients.Client(
                    "worker-" + i, pin, "redis", CLOCK.instant().plus(Duration.ofDays(1))));
        }
        InvitedClients invited = new InvitedClients();
        invited.replace(clients);
        return invited;
    }

    private static Pin stranger(int number) {
        byte[] digest = ByteBuffer.allocate(32).putInt(number).array();
        return Pin.parse("sha256/" + Base64.getEncoder().encodeToString(digest));
    }

    private Verdict judge(PeerVerifier verifier) {
        Verdict verdict = verifier.verify(chain);
        if (verdict instanceof Verdict.Refused refused) {
            throw new IllegalStateException(refused.explanation());
        }
        return verdict;
    }

    @Benchmark
    public Verdict byPin() {
        return judge(pinned);
    }

    @Benchmark
    public Verdict byAuthority() {
        return judge(signed);
    }

    /** One of a thousand. */
    @Benchmark
    public Verdict byInvitation() {
        return judge(invited);
    }
}

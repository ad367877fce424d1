package io.ferrule.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.admission.InvitedClients;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastSeenTest {
    private static final Instant NOW = Instant.parse("2030-01-31T12:00:00Z");

    @TempDir
    Path state;

    private final TestCertificate certificate = TestCertificates.selfSigned("orders");
    private final InvitedClients invited = new InvitedClients();
    private final List<Runnable> writes = new ArrayList<>();
    private ClientStore store = new ClientStore(Path.of(""));

    @BeforeEach
    void invite() throws Exception {
        store = new ClientStore(state);
        KnownClient client = new KnownClient(
                "orders", certificate.pin(), "default", NOW, NOW.plusSeconds(99), null, List.of(certificate.pin()));
        store.add(client, false);
        invited.replace(store.read().invited());
    }

    private LastSeen at(Instant now) {
        return new LastSeen(invited, store, Clock.fixed(now, ZoneOffset.UTC), writes::add);
    }

    private void connects(LastSeen seen, Leg leg, String tunnel) {
        ConnectionFacts facts = new ConnectionFacts(1, tunnel, new InetSocketAddress(1), NOW, 0);
        TlsSession session =
                new TlsSession("TLSv1.3", "suite", "group", false, null, "", null, List.of(certificate.certificate()));
        seen.secured(facts, leg, session, Duration.ZERO);
    }

    @Test
    void itIsNotedByAnotherThreadThanTheEventLoop() {
        connects(at(NOW), Leg.ACCEPT, "default");
        assertThat(store.lastSeen("orders")).isEmpty();
        writes.forEach(Runnable::run);
        assertThat(store.lastSeen("orders")).contains(NOW);
    }

    @Test
    void itIsNotedOnceAMinute() {
        LastSeen seen = at(NOW);
        connects(seen, Leg.ACCEPT, "default");
        connects(seen, Leg.ACCEPT, "default");
        assertThat(writes).hasSize(1);
    }

    @Test
    void othersAreNotNoted() {
        connects(at(NOW), Leg.CONNECT, "default");
        connects(at(NOW), Leg.ACCEPT, "other");
        invited.replace(List.of());
        connects(at(NOW), Leg.ACCEPT, "default");
        assertThat(writes).isEmpty();
    }

    @Test
    void diskThatCannotBeWrittenToHurtsNobody() throws Exception {
        connects(at(NOW), Leg.ACCEPT, "default");
        Files.delete(state.resolve("clients/orders.client"));
        Files.delete(state.resolve("clients/.lock"));
        Files.delete(state.resolve("clients"));
        writes.forEach(Runnable::run);
        assertThat(store.lastSeen("orders")).isEmpty();
    }
}

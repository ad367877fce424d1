package io.ferrule.tls;

import static io.ferrule.tls.TlsMaking.knowing;
import static io.ferrule.tls.TlsMaking.only;
import static io.ferrule.tls.TlsMaking.service;
import static io.ferrule.tls.TlsMaking.tickets;
import static io.ferrule.tls.TlsMaking.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Sessions;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which sessions are continued, where, and for how long. */
class SessionsTest {
    private static final TestCertificate SERVER = TestCertificates.selfSigned("localhost");
    private static final Duration HOUR = Duration.ofHours(1);

    private static TlsContext server(TlsSettings settings, TicketKeys tickets) throws TlsSetupException {
        return TlsContext.accept("redis", settings, TlsServices.one(service("", null, SERVER)), tickets);
    }

    /** One round trip; true if it resumed a session. */
    private static boolean resumes(TlsEnds ends, TlsContext client) throws Exception {
        TlsEnds.End near = ends.connect(client, null);
        TlsEnds.End far = ends.accepted();
        boolean resumed = far.session().resumed();
        far.send(new byte[] {1});
        far.finish();
        near.all();
        near.drop();
        return resumed;
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void replicasWithTheSameKeysContinueEachOthersSessions(TlsVersion version) throws Exception {
        byte[] old = new byte[TicketKeys.KEY_BYTES];
        byte[] now = new byte[TicketKeys.KEY_BYTES];
        new SecureRandom().nextBytes(old);
        new SecureRandom().nextBytes(now);
        TicketKeys one = tickets();
        TicketKeys other = tickets();
        try (TlsEnds first = new TlsEnds(server(only(version), one));
                TlsEnds second = new TlsEnds(server(only(version), other));
                TlsContext client = TlsMaking.client(only(version), knowing(SERVER))) {
            assertThat(resumes(first, client)).isFalse();
            assertThat(resumes(second, client)).isFalse();

            one.replace(List.of(old));
            other.replace(List.of(now, old));
            assertThat(resumes(first, client)).isFalse();
            assertThat(resumes(second, client)).as("by the previous key").isTrue();
            one.replace(List.of(now));
            assertThat(resumes(first, client)).as("by the next key").isTrue();

            one.replace(List.of(old));
            assertThat(resumes(first, client)).as("by a key that is gone").isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aContextBuiltAnewContinuesTheSessionsOfItsTunnelAlone(TlsVersion version) throws Exception {
        TicketKeys tickets = tickets();
        try (TlsContext client = TlsMaking.client(only(version), knowing(SERVER))) {
            try (TlsEnds before = new TlsEnds(server(only(version), tickets))) {
                assertThat(resumes(before, client)).isFalse();
            }
            try (TlsEnds after = new TlsEnds(server(only(version), tickets))) {
                assertThat(resumes(after, client)).isTrue();
            }
            TlsServices same = TlsServices.one(service("", null, SERVER));
            try (TlsEnds other = new TlsEnds(TlsContext.accept("another tunnel", only(version), same, tickets))) {
                assertThat(resumes(other, client)).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void noTicketOutlivesTheLifetime(TlsVersion version) throws Exception {
        AtomicLong clock = new AtomicLong();
        TicketKeys tickets = TicketKeys.ofThisProcess(HOUR, new SecureRandom(), clock::get);
        try (TlsEnds ends = new TlsEnds(server(only(version), tickets));
                TlsContext client = TlsMaking.client(only(version), knowing(SERVER))) {
            assertThat(resumes(ends, client)).isFalse();
            clock.addAndGet(HOUR.toNanos() - 1);
            assertThat(resumes(ends, client)).isTrue();
            clock.addAndGet(HOUR.toNanos());
            assertThat(resumes(ends, client)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void withoutTicketsOnTheServerNoneIsContinuedByThem(TlsVersion version) throws Exception {
        TlsSettings off = with(only(version), new Sessions(false, null, 0, HOUR));
        try (TlsEnds ends = new TlsEnds(server(off, tickets()));
                TlsContext client = TlsMaking.client(only(version), knowing(SERVER))) {
            assertThat(resumes(ends, client)).isFalse();
            assertThat(resumes(ends, client)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void aClientThatKeepsNoneContinuesNone(TlsVersion version) throws Exception {
        for (Sessions none : List.of(new Sessions(true, null, 0, HOUR), new Sessions(false, null, 9, HOUR))) {
            try (TlsEnds ends = new TlsEnds(server(only(version), tickets()));
                    TlsContext client = TlsMaking.client(with(only(version), none), knowing(SERVER))) {
                assertThat(resumes(ends, client)).isFalse();
                assertThat(resumes(ends, client)).isFalse();
            }
        }
    }

    @NeedsCommand("openssl")
    @Test
    void aServerKeepsSessionsOfTls12ForClientsWithoutTickets(@TempDir Path dir) throws Exception {
        Path session = dir.resolve("session");
        for (int kept : List.of(32, 0)) {
            TlsSettings settings = with(TlsSettings.DEFAULT, new Sessions(true, null, kept, HOUR));
            try (TlsEnds ends = new TlsEnds(server(settings, tickets()))) {
                Files.deleteIfExists(session);
                assertThat(openssl(ends, "-sess_out", session)).startsWith("New");
                if (kept > 0) {
                    assertThat(openssl(ends, "-sess_in", session)).startsWith("Reused");
                } else {
                    assertThat(session)
                            .as("what the server offered to continue")
                            .doesNotExist();
                }
            }
        }
    }

    private static String openssl(TlsEnds ends, String option, Path session) throws Exception {
        try (OpenSslPeer peer = OpenSslPeer.client(ends.port(), "-tls1_2", "-no_ticket", option, session.toString())) {
            String line = peer.awaitLine("^(New|Reused), TLSv1.2.*");
            TlsEnds.End far = ends.accepted();
            far.session();
            peer.finish().awaitExit();
            return line;
        }
    }
}

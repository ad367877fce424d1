package io.ferrule.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.testing.OcspResponder;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnStaplesTest {
    private static final StaplePace QUICK =
            new StaplePace(Duration.ofMillis(20), Duration.ofMillis(40), Duration.ofMillis(20), Duration.ofMillis(40));

    private final MovingClock clock = new MovingClock();
    private final TestCertificates.Authority root = TestCertificates.authority();
    private final TestCertificates.Authority ca = root.intermediate("Issuing");
    private final OcspResponder responder = OcspResponder.of(ca);
    private final KeyMaterial own =
            material(ca.leaf("localhost").responder(responder.url()).issue());
    private final List<byte[]> stapled = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        responder.close();
    }

    private static KeyMaterial material(TestCertificate certificate) {
        return new KeyMaterial(certificate.chain(), certificate.key());
    }

    /** Keeps an empty one for "none". */
    private OwnStaples start(KeyMaterial... materials) {
        return startAfter(null, materials);
    }

    private OwnStaples startAfter(@Nullable OwnStaples before, KeyMaterial... materials) {
        return OwnStaples.start(
                List.of(materials),
                before,
                new OwnStaple.Asking(clock, OcspListener.NONE, Statuses.LIMIT, QUICK),
                (of, response) -> stapled.add(response == null ? new byte[0] : response));
    }

    private void awaitStapled(int count) {
        await().until(() -> stapled.size() >= count);
    }

    private byte[] newest() {
        return stapled.get(stapled.size() - 1);
    }

    @Test
    void statusIsHandedOverAsAPeerWouldAcceptItAndAgainLater() {
        try (OwnStaples staples = start(own)) {
            awaitStapled(3);
            assertThat(staples.wanted()).isEqualTo(1);
            assertThat(staples.held()).isEqualTo(1);
            Issued issued = new Issued(own.leaf(), ca.certificate());
            assertThat(OcspResponse.judge(newest(), issued, clock.instant())).isInstanceOf(OcspFinding.Status.class);
        }
    }

    @Test
    void lastResponseStaysUntilItsEndWhenNoNewOneCanBeHad() {
        try (OwnStaples staples = start(own)) {
            awaitStapled(1);
            responder.spoil(bytes -> new byte[0]);
            int before = responder.asked();
            await().until(() -> responder.asked() > before + 3);
            assertThat(newest()).isNotEmpty();
            assertThat(staples.held()).isEqualTo(1);
            clock.jump(Duration.ofHours(1));
            await().until(() -> newest().length == 0);
            assertThat(staples.held()).isZero();
            responder.spoil(bytes -> bytes).time(Duration.ofMinutes(-50), Duration.ofHours(1));
            await().until(() -> newest().length > 0);
        }
    }

    @Test
    void whatAPeerWouldNotBelieveIsNotStapled() {
        List<Runnable> wrongs = List.of(
                () -> responder.signBy(TestCertificates.authority().identity()),
                () -> responder.signBy(ca.identity()).time(Duration.ofDays(2), Duration.ofDays(1)),
                () -> responder.time(Duration.ZERO, Duration.ofDays(1)).revoke(own.leaf()),
                () -> responder.forget(own.leaf()),
                () -> responder.spoil(bytes -> new byte[70_000]));
        for (Runnable wrong : wrongs) {
            wrong.run();
            int before = responder.asked();
            try (OwnStaples staples = start(own)) {
                await().until(() -> responder.asked() > before + 2);
                assertThat(staples.held()).isZero();
            }
        }
        assertThat(stapled).isEmpty();
    }

    @Test
    void revocationTakesTheLastResponseBackAtOnce() {
        try (OwnStaples staples = start(own)) {
            awaitStapled(1);
            responder.revoke(own.leaf());
            await().until(() -> newest().length == 0);
            assertThat(staples.held()).isZero();
        }
    }

    @Test
    void whatWasHeldBeforeAReloadIsStapledWithoutWaiting() {
        try (OwnStaples before = start(own)) {
            awaitStapled(1);
            responder.spoil(bytes -> new byte[0]);
            before.close();
            stapled.clear();
            try (OwnStaples after = startAfter(before, own)) {
                assertThat(newest()).isNotEmpty();
                assertThat(after.held()).isEqualTo(1);
            }
            KeyMaterial renewed =
                    material(ca.leaf("localhost").responder(responder.url()).issue());
            try (OwnStaples after = startAfter(before, renewed)) {
                assertThat(after.held()).isZero();
            }
        }
    }

    @Test
    void certificatesWithoutIssuerOrResponderAreLeftAlone() {
        KeyMaterial selfSigned = material(TestCertificates.selfSigned("localhost"));
        KeyMaterial silent = material(ca.issue("localhost"));
        List<X509Certificate> leaf = List.of(own.leaf());
        assertThat(OwnStaples.obstacle(selfSigned))
                .hasValueSatisfying(why -> assertThat(why).contains("chain"));
        assertThat(OwnStaples.obstacle(new KeyMaterial(leaf, own.key())))
                .hasValueSatisfying(why -> assertThat(why).contains("chain"));
        assertThat(OwnStaples.obstacle(silent))
                .hasValueSatisfying(why -> assertThat(why).contains("responder"));
        assertThat(OwnStaples.obstacle(own)).isEmpty();
        try (OwnStaples staples = start(selfSigned, silent)) {
            assertThat(staples.wanted()).isZero();
        }
    }

    @Test
    void nextIsAskedForAtHalfOfTheTimeWithinBounds() {
        StaplePace pace = StaplePace.USUAL;
        Instant now = Instant.parse("2030-01-01T00:00:00Z");
        assertThat(pace.afterSuccess(status(now, Duration.ofHours(8)), now)).isEqualTo(Duration.ofHours(4));
        assertThat(pace.afterSuccess(status(now.minusSeconds(7200), Duration.ofHours(8)), now))
                .isEqualTo(Duration.ofHours(2));
        assertThat(pace.afterSuccess(status(now.minusSeconds(6 * 3600), Duration.ofHours(8)), now))
                .isEqualTo(Duration.ofHours(1));
        assertThat(pace.afterSuccess(status(now, Duration.ofSeconds(20)), now)).isEqualTo(Duration.ofMinutes(1));
        assertThat(pace.afterSuccess(status(now, Duration.ofDays(7)), now)).isEqualTo(Duration.ofHours(12));
        assertThat(pace.afterSuccess(status(now.minusSeconds(3600), Duration.ofMinutes(58)), now))
                .isEqualTo(Duration.ofMinutes(1));
        List<Duration> waits = new ArrayList<>();
        for (int failures : List.of(1, 2, 3, 7, 1000)) {
            waits.add(pace.afterFailure(failures));
        }
        assertThat(waits).extracting(Duration::toSeconds).containsExactly(10L, 20L, 40L, 600L, 600L);
    }

    private static OcspFinding.Status status(Instant from, Duration length) {
        return new OcspFinding.Status(false, "", from, from.plus(length));
    }
}

package io.ferrule.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.Limits;
import io.ferrule.connection.CloseReason;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {
    private static final SocketAddress ONE = new InetSocketAddress("10.0.0.1", 1000);
    private static final SocketAddress TWO = new InetSocketAddress("10.0.0.2", 1000);

    private static ConnectionLimits limits(int connections, int handshakes, int perSource) {
        return new ConnectionLimits(new Limits(connections, handshakes, perSource, 4096));
    }

    private static Admission.Permit permit(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Permit.class);
        return (Admission.Permit) admission;
    }

    private static void assertRefused(Admission admission, CloseReason reason) {
        assertThat(admission).isEqualTo(new Admission.Refused(reason));
    }

    @Test
    void connectionsBeyondTheLimitAreRefusedUntilOneEnds() {
        ConnectionLimits limits = limits(2, 1, 0);
        Admission.Permit first = permit(limits.admit(ONE));
        permit(limits.admit(ONE));
        assertRefused(limits.admit(TWO), CloseReason.TOO_MANY_CONNECTIONS);
        assertThat(limits.connections()).isEqualTo(2);
        first.release();
        permit(limits.admit(TWO));
    }

    @Test
    void permitIsGivenBackOnce() {
        ConnectionLimits limits = limits(5, 5, 5);
        Admission.Permit first = permit(limits.admit(ONE));
        permit(limits.admit(ONE));
        first.release();
        first.release();
        assertThat(limits.connections()).isEqualTo(1);
        assertThat(limits.sources()).isEqualTo(1);
    }

    @Test
    void sourceBeyondItsLimitIsRefusedAndOthersAreNot() {
        ConnectionLimits limits = limits(10, 1, 1);
        Admission.Permit first = permit(limits.admit(ONE));
        assertRefused(limits.admit(new InetSocketAddress("10.0.0.1", 2000)), CloseReason.TOO_MANY_FROM_SOURCE);
        permit(limits.admit(TWO));
        assertThat(limits.connections()).isEqualTo(2);
        first.release();
        permit(limits.admit(ONE));
    }

    @Test
    void refusalOfASourceTakesNoPlace() {
        ConnectionLimits limits = limits(2, 1, 1);
        permit(limits.admit(ONE));
        for (int i = 0; i < 10; i++) {
            assertRefused(limits.admit(ONE), CloseReason.TOO_MANY_FROM_SOURCE);
        }
        permit(limits.admit(TWO));
    }

    @Test
    void mappedAddressIsTheSameSource() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        System.arraycopy(new byte[] {10, 0, 0, 1}, 0, mapped, 12, 4);
        InetAddress six = Inet6Address.getByAddress(null, mapped, -1);
        assertThat(six).isInstanceOf(Inet6Address.class);
        ConnectionLimits limits = limits(10, 1, 1);
        permit(limits.admit(ONE));
        assertRefused(limits.admit(new InetSocketAddress(six, 1)), CloseReason.TOO_MANY_FROM_SOURCE);
    }

    @Test
    void unixSocketsAndUnlimitedSourcesAreNotCounted() {
        ConnectionLimits limited = limits(10, 1, 1);
        permit(limited.admit(new DomainSocketAddress("/run/x.sock")));
        permit(limited.admit(new DomainSocketAddress("/run/x.sock")));
        ConnectionLimits unlimited = limits(10, 1, 0);
        permit(unlimited.admit(ONE));
        permit(unlimited.admit(ONE));
        assertThat(limited.sources() + unlimited.sources()).isZero();
    }

    @Test
    void forgottenSourcesTakeNoMemory() {
        ConnectionLimits limits = limits(10, 1, 2);
        for (int i = 0; i < 1000; i++) {
            permit(limits.admit(new InetSocketAddress("10.0." + i / 250 + "." + i % 250, 1)))
                    .release();
        }
        assertThat(limits.sources()).isZero();
        assertThat(limits.connections()).isZero();
    }

    @Test
    void handshakesHaveALimitOfTheirOwn() {
        ConnectionLimits limits = limits(1, 1, 0);
        permit(limits.admit(ONE));
        Admission.Permit handshake = permit(limits.admitHandshake());
        assertRefused(limits.admitHandshake(), CloseReason.TOO_MANY_HANDSHAKES);
        handshake.release();
        assertThat(limits.handshakes()).isZero();
        permit(limits.admitHandshake());
    }

    @Test
    void limitsHoldAndBalanceUnderContention() throws Exception {
        int threads = 4;
        ConnectionLimits limits = limits(5, 1, 3);
        AtomicInteger held = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> outcomes = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                SocketAddress source = t % 2 == 0 ? ONE : TWO;
                Callable<Integer> client = () -> {
                    start.await(10, TimeUnit.SECONDS);
                    int admitted = 0;
                    for (int i = 0; i < 20_000; i++) {
                        List<Admission.Permit> permits = new ArrayList<>();
                        for (int n = 0; n < 3; n++) {
                            if (limits.admit(source) instanceof Admission.Permit permit) {
                                most.accumulateAndGet(held.incrementAndGet(), Math::max);
                                permits.add(permit);
                                admitted++;
                            }
                        }
                        for (Admission.Permit permit : permits) {
                            held.decrementAndGet();
                            permit.release();
                        }
                    }
                    return admitted;
                };
                outcomes.add(pool.submit(client));
            }
            int admitted = 0;
            for (Future<Integer> outcome : outcomes) {
                admitted += outcome.get(30, TimeUnit.SECONDS);
            }
            assertThat(admitted).isPositive();
        } finally {
            pool.shutdownNow();
        }
        assertThat(most.get()).isBetween(1, 5);
        assertThat(limits.connections()).isZero();
        assertThat(limits.sources()).isZero();
    }
}

package io.ferrule.config;

import java.time.Duration;

/**
 * How long a tunnel waits. Zero switches a wait's limit off where that is said.
 *
 * @param handshake one deadline for a whole TLS handshake, however its bytes drip
 * @param connect for reaching the target, over all its addresses
 * @param halfClose without a byte, once one direction has ended; zero is never
 * @param idle without a byte in either direction; zero is never, the default, because Redis clients block for hours
 * @param reset for a cut stream's last bytes to reach the peer before it is reset
 * @param keepAlive of silence before TCP asks whether the peer is still there; zero leaves keepalive off
 * @param unacknowledged for sent data to be acknowledged (TCP_USER_TIMEOUT, RFC 5482); zero leaves it to the kernel
 */
public record Timeouts(
        Duration handshake,
        Duration connect,
        Duration halfClose,
        Duration idle,
        Duration reset,
        Duration keepAlive,
        Duration unacknowledged) {

    /** What a Redis needs: nothing is cut for being silent, everything else has an end. */
    public static final Timeouts DEFAULT = new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ZERO,
            Duration.ofSeconds(3),
            Duration.ofSeconds(60),
            Duration.ofSeconds(120));

    /**
     * Checks that no wait is negative and that handshake and connect have an end.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public Timeouts {
        if (handshake.isZero() || connect.isZero()) {
            throw new IllegalArgumentException("the handshake and connect timeouts cannot be switched off");
        }
        for (Duration d : new Duration[] {handshake, connect, halfClose, idle, reset, keepAlive, unacknowledged}) {
            if (d.isNegative()) {
                throw new IllegalArgumentException("a timeout cannot be negative");
            }
        }
    }
}

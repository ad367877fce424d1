package io.ferrule.tunnel;

import io.ferrule.admission.Admission;
import io.ferrule.admission.ConnectionLimits;
import io.ferrule.connection.CloseReason;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The places that one connection takes under its tunnel's limits. On its event loop. */
final class TakenPlaces {
    private final ConnectionLimits limits;

    private Admission.@Nullable Permit connection;
    private Admission.@Nullable Permit source;
    private Admission.@Nullable Permit handshake;

    /** None is taken yet. */
    TakenPlaces(ConnectionLimits limits) {
        this.limits = limits;
    }

    /** Takes that of a connection, and one of its client's; the reason if one is not to be had. */
    Optional<CloseReason> take(SocketAddress client) {
        return taken(limits.admit(client), permit -> connection = permit);
    }

    /** The same, if whose connection it is will be known later: then {@link #takeFrom}. */
    Optional<CloseReason> takeOfUnknown() {
        return taken(limits.admit(), permit -> connection = permit);
    }

    /** Takes one of the client's. */
    Optional<CloseReason> takeFrom(SocketAddress client) {
        return taken(limits.admitFrom(client), permit -> source = permit);
    }

    /** Takes that of a handshake, until {@link #shookHands}. */
    Optional<CloseReason> takeHandshake() {
        return taken(limits.admitHandshake(), permit -> handshake = permit);
    }

    private interface Keeping {
        void keep(Admission.Permit permit);
    }

    private static Optional<CloseReason> taken(Admission admission, Keeping keeping) {
        if (admission instanceof Admission.Refused refused) {
            return Optional.of(refused.reason());
        }
        keeping.keep((Admission.Permit) admission);
        return Optional.empty();
    }

    /** Whatever was to be done before a connection is one of many. */
    void shookHands() {
        release(handshake);
    }

    /** The connection is gone. */
    void leave() {
        release(handshake);
        release(source);
        release(connection);
    }

    /** Only the first call has an effect. */
    private static void release(Admission.@Nullable Permit permit) {
        if (permit != null) {
            permit.release();
        }
    }
}

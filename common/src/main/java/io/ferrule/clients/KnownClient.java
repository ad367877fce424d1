package io.ferrule.clients;

import io.ferrule.admission.InvitedClients;
import io.ferrule.config.Pin;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client that was invited once.
 *
 * @param name what the operator calls it
 * @param pin of its key
 * @param tunnel the one tunnel it may use
 * @param created when it was invited
 * @param until when the invitation ends
 * @param revoked when it was shut out; null if it was not
 * @param told the server's pins that its invitation holds, at least one
 */
public record KnownClient(
        String name,
        Pin pin,
        String tunnel,
        Instant created,
        Instant until,
        @Nullable Instant revoked,
        List<Pin> told) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

    /** Whether it gets in. */
    public enum State {
        ACTIVE,
        EXPIRED,
        REVOKED;

        /** In lower case. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public KnownClient {
        checkName(name);
        told = List.copyOf(told);
        if (told.isEmpty()) {
            throw new IllegalArgumentException("an invitation holds at least one pin");
        }
    }

    /**
     * Checks that something can be a client's name: it is part of file names, and its certificate's common name.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + name
                    + "\" cannot be a client's name: use 1 to 64 of A-Z, a-z, 0-9, the hyphen, the underscore and the dot,"
                    + " and no dot at the beginning");
        }
    }

    /** Whether it gets in at that moment. */
    public State state(Instant now) {
        if (revoked != null) {
            return State.REVOKED;
        }
        return now.isAfter(until) ? State.EXPIRED : State.ACTIVE;
    }

    KnownClient revokedAt(Instant moment) {
        return new KnownClient(name, pin, tunnel, created, until, moment, told);
    }

    InvitedClients.Client invited() {
        return new InvitedClients.Client(name, pin, tunnel, until);
    }
}

package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may connect to an accept leg with TLS. */
public sealed interface Access {
    /** What holds the certificates that clients are judged by: PEM files, and directories of them for {@link Verified}. */
    List<Path> files();

    /** True if a client that shows no certificate is refused, or redirected. */
    boolean needsCertificate();

    /** Where clients go that are not trusted; null if they are refused. */
    default @Nullable ConnectLeg redirection() {
        return this instanceof Verified verified ? verified.redirect() : null;
    }

    /** Everybody who reaches the port; no client certificate is asked for. */
    record Anyone() implements Access {
        @Override
        public List<Path> files() {
            return List.of();
        }

        @Override
        public boolean needsCertificate() {
            return false;
        }
    }

    /**
     * Clients as stunnel's configuration verifies them; all are asked for a certificate.
     *
     * @param redirect where those go, in plaintext, that fail or show none; null refuses them
     */
    record Verified(Verification verification, @Nullable ConnectLeg redirect) implements Access {
        public Verified {
            if (redirect != null && (redirect.tls() != null || !verification.isProof())) {
                throw new IllegalArgumentException(
                        "clients are redirected in plaintext, and only where they are verified");
            }
        }

        /** Who fails is refused. */
        public Verified(Verification verification) {
            this(verification, null);
        }

        @Override
        public List<Path> files() {
            return verification.isProof() ? verification.certificates() : List.of();
        }

        @Override
        public boolean needsCertificate() {
            return verification.required() || redirect != null; // one without is redirected
        }
    }

    /**
     * Clients that show a certificate which at least one of these knows.
     *
     * @param pins of keys; may be empty
     * @param allowExpired accept a pinned key in a certificate outside its validity too
     * @param authority null for none
     * @param invited those that "proxy-server invite" made
     * @param optional clients without a certificate are let in too; one that is shown has to be right
     */
    record Clients(
            List<Pin> pins, boolean allowExpired, @Nullable Authority authority, boolean invited, boolean optional)
            implements Access {
        public Clients {
            pins = List.copyOf(pins);
            if (pins.isEmpty() && authority == null && !invited) {
                throw new IllegalArgumentException("at least one way to know a client is needed");
            }
        }

        @Override
        public List<Path> files() {
            return authority == null ? List.of() : List.of(authority.bundle());
        }

        @Override
        public boolean needsCertificate() {
            return !optional;
        }

        /** The holders of these keys. */
        public static Clients pinned(List<Pin> pins, boolean allowExpired) {
            return new Clients(pins, allowExpired, null, false, false);
        }

        /** Those whose certificate an authority signed for one of the names. */
        public static Clients signed(Path bundle, List<NamePattern> names) {
            return new Clients(List.of(), false, new Authority(bundle, names), false, false);
        }

        /** Those that "proxy-server invite" made. */
        public static Clients ofInvitations() {
            return new Clients(List.of(), false, null, true, false);
        }
    }

    /**
     * Clients whose chain leads to a certificate of this PEM bundle and that carry at least one of the names.
     *
     * @param names at least one
     */
    record Authority(Path bundle, List<NamePattern> names) {
        public Authority {
            names = List.copyOf(names);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("at least one name is needed");
            }
        }
    }
}

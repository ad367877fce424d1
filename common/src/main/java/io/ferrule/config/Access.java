package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;

/** Who may connect to an accept leg with TLS. There is no default. */
public sealed interface Access {

    /** Everybody who reaches the port; no client certificate is asked for. */
    record Anyone() implements Access {}

    /**
     * Clients whose certificate's key is one of these.
     *
     * @param pins at least one
     * @param allowExpired accept the right key in a certificate outside its validity too
     */
    record ClientPins(List<Pin> pins, boolean allowExpired) implements Access {
        public ClientPins {
            pins = List.copyOf(pins);
            if (pins.isEmpty()) {
                throw new IllegalArgumentException("at least one pin is needed");
            }
        }
    }

    /**
     * Clients whose chain leads to a certificate of this PEM bundle and that carry at least one of the names.
     *
     * @param names at least one
     */
    record ClientAuthority(Path bundle, List<NamePattern> names) implements Access {
        public ClientAuthority {
            names = List.copyOf(names);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("at least one name is needed");
            }
        }
    }
}

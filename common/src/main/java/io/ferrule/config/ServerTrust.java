package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;

/** What a connect leg knows its server by. There is no value for "anything": such a leg does not start. */
public sealed interface ServerTrust {

    /**
     * The server's key is one of these.
     *
     * @param pins at least one
     * @param allowExpired accept the right key in a certificate outside its validity too
     */
    record Pins(List<Pin> pins, boolean allowExpired) implements ServerTrust {
        public Pins {
            pins = List.copyOf(pins);
            if (pins.isEmpty()) {
                throw new IllegalArgumentException("at least one pin is needed");
            }
        }
    }

    /**
     * The server's certificate has the subject and the key of a certificate stored in this PEM file (stunnel's
     * {@code verifyPeer}).
     *
     * @param allowExpired accept it outside its validity too
     */
    record StoredCertificate(Path file, boolean allowExpired) implements ServerTrust {}

    /** The server's chain leads to a certificate of this PEM bundle, and it is issued for the name connected to. */
    record Authority(Path bundle) implements ServerTrust {}
}

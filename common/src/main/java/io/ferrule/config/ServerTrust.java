package io.ferrule.config;

import java.nio.file.Path;
import java.util.List;

/** What a connect leg knows its server by. Our own configuration has no value for "anything": such a leg does not start. */
public sealed interface ServerTrust {
    /** What holds the certificates that servers are judged by: PEM files, and directories of them for {@link Verified}. */
    List<Path> files();

    /**
     * The server's key is one of these.
     *
     * @param pins at least one
     * @param next pins of keys that the server will have one day: trusted like the others, and to be warned of when shown
     * @param allowExpired accept the right key in a certificate outside its validity too
     */
    record Pins(List<Pin> pins, List<Pin> next, boolean allowExpired) implements ServerTrust {
        /** No next key is known. */
        public Pins(List<Pin> pins, boolean allowExpired) {
            this(pins, List.of(), allowExpired);
        }

        public Pins {
            pins = List.copyOf(pins);
            next = List.copyOf(next);
            if (pins.isEmpty()) {
                throw new IllegalArgumentException("at least one pin is needed");
            }
        }

        @Override
        public List<Path> files() {
            return List.of();
        }
    }

    /**
     * The server's certificate has the subject and the key of a certificate stored in this PEM file (stunnel's
     * {@code verifyPeer}).
     *
     * @param allowExpired accept it outside its validity too
     */
    record StoredCertificate(Path file, boolean allowExpired) implements ServerTrust {
        @Override
        public List<Path> files() {
            return List.of(file);
        }
    }

    /**
     * The server's chain leads to a certificate of this PEM bundle.
     *
     * @param names of which it has to carry at least one; empty if it has to be issued for the name connected to
     */
    record Authority(Path bundle, List<NamePattern> names) implements ServerTrust {
        /** It has to be issued for the name connected to. */
        public Authority(Path bundle) {
            this(bundle, List.of());
        }

        public Authority {
            names = List.copyOf(names);
        }

        @Override
        public List<Path> files() {
            return List.of(bundle);
        }
    }

    /**
     * The server has this pre-shared key too. Nothing else is looked at: it shows no certificate.
     *
     * @param ciphers suites of TLS 1.2 by OpenSSL's names, most wanted first; may be empty where only TLS 1.3 is spoken
     */
    record PreShared(PreSharedKey key, List<String> ciphers) implements ServerTrust {
        public PreShared {
            ciphers = List.copyOf(ciphers);
        }

        @Override
        public List<Path> files() {
            return List.of();
        }
    }

    /** What stunnel's configuration verifies, which may be nothing: then anybody on the way can pass for the server. */
    record Verified(Verification verification) implements ServerTrust {
        @Override
        public List<Path> files() {
            return verification.isProof() ? verification.certificates() : List.of();
        }
    }
}

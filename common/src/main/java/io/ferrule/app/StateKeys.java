package io.ferrule.app;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.KeySources;
import io.ferrule.config.OperatorException;
import io.ferrule.config.TunnelConfig;
import io.ferrule.pki.CertificateMaker;
import io.ferrule.pki.StateCertificate;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gives tunnels that were told no certificate the one that is kept in the state directory. */
final class StateKeys {
    private StateKeys() {}

    /** The same with the kept certificate; unchanged if it needs none or none has been made yet. Writes nothing. */
    static TunnelConfig find(TunnelConfig tunnel, Path stateDirectory) {
        AcceptTls tls = missing(tunnel);
        if (tls == null) {
            return tunnel;
        }
        return StateCertificate.find(stateDirectory, tunnel.name())
                .map(found -> with(tunnel, tls, found))
                .orElse(tunnel);
    }

    /**
     * The same with a certificate, made now if none is kept; unchanged if it needs none.
     *
     * @throws OperatorException if the state directory cannot be written to
     */
    static TunnelConfig findOrMake(TunnelConfig tunnel, Path stateDirectory) throws OperatorException {
        AcceptTls tls = missing(tunnel);
        if (tls == null) {
            return tunnel;
        }
        Optional<StateCertificate> kept = StateCertificate.find(stateDirectory, tunnel.name());
        return with(tunnel, tls, kept.isPresent() ? kept.get() : make(tunnel, stateDirectory));
    }

    /** Apart, so that a start with a kept certificate loads nothing of what makes one. */
    private static StateCertificate make(TunnelConfig tunnel, Path stateDirectory) throws OperatorException {
        CertificateMaker maker = new CertificateMaker(Clock.systemUTC(), new SecureRandom());
        return StateCertificate.findOrMake(stateDirectory, tunnel.name(), MachineName.certifiable(), maker);
    }

    private static @Nullable AcceptTls missing(TunnelConfig tunnel) {
        AcceptTls tls = tunnel.accept().tls();
        return tls != null && tls.keys() == null && !tls.isPreSharedOnly() ? tls : null;
    }

    private static TunnelConfig with(TunnelConfig tunnel, AcceptTls tls, StateCertificate kept) {
        return tunnel.withAccept(tunnel.accept().withTls(tls.withKeys(KeySources.of(kept.files()))));
    }
}

package io.ferrule.app;

import io.ferrule.clients.ClientStore;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.Nearest;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.TunnelConfig;
import io.ferrule.pki.CertificateMaker;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.KeyRotation;
import io.ferrule.tunnel.TunnelMaterial;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server's tunnel as the commands about its clients and keys see it, whether or not it runs. */
record ServedTunnel(TunnelConfig config, Path stateDirectory) {
    /**
     * The tunnel of that name, or the only one.
     *
     * @param name empty if none was given
     * @throws OperatorException if it cannot be told which is meant
     */
    static ServedTunnel find(ProcessConfig config, String name) throws OperatorException {
        List<String> names = config.tunnels().stream().map(TunnelConfig::name).toList();
        if (name.isEmpty() && names.size() > 1) {
            throw new OperatorException("--tunnel", "say which tunnel is meant, of " + String.join(", ", names));
        }
        TunnelConfig tunnel = config.tunnels().stream()
                .filter(each -> name.isEmpty() || each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new OperatorException(
                        "--tunnel",
                        "there is no tunnel \"" + name + "\"" + Nearest.hint(name, names) + ", only "
                                + String.join(", ", names)));
        return new ServedTunnel(tunnel, config.stateDirectory());
    }

    /**
     * Makes sure that an invitation to it would be of use.
     *
     * @throws OperatorException if no invited client gets in
     */
    ServedTunnel admittingInvited() throws OperatorException {
        boolean lets = tls().access() instanceof Access.Anyone
                || (tls().access() instanceof Access.Clients clients && clients.invited());
        if (!lets) {
            throw new OperatorException(
                    "tunnel " + config.name(),
                    "it lets in " + TunnelWords.clients(config)
                            + ", and nobody by invitation: add \"access: invited\" to it");
        }
        return this;
    }

    /** True if its certificate is the one in the state directory. */
    boolean hasStateCertificate() {
        return tls().keys() == null;
    }

    ClientStore clients() {
        return new ClientStore(stateDirectory);
    }

    /**
     * What it shows, all names included, made now if {@code run} would make it.
     *
     * @throws OperatorException if it cannot be read or made
     */
    List<KeyMaterial> findOrMake() throws OperatorException {
        TunnelConfig complete = StateKeys.findOrMake(config, stateDirectory);
        TunnelMaterial material = TunnelMaterial.load(List.of(complete)).get(0);
        return Stream.concat(
                        material.accept().stream(),
                        material.names().values().stream().flatMap(each -> each.own().stream()))
                .toList();
    }

    /**
     * The key that will follow the one in the state directory, made now if there is none; null if it has another certificate.
     *
     * @throws OperatorException if it cannot be read or made
     */
    @Nullable
    KeyMaterial prepareNext() throws OperatorException {
        return hasStateCertificate() ? rotation().prepare() : null;
    }

    /** How the certificate in the state directory is replaced. */
    KeyRotation rotation() {
        return new KeyRotation(
                stateDirectory,
                config.name(),
                MachineName.certifiable(),
                new CertificateMaker(Clock.systemUTC(), new SecureRandom()));
    }

    private AcceptTls tls() {
        return Objects.requireNonNull(config.accept().tls());
    }
}

package io.ferrule.app;

import io.ferrule.admission.DenyLists;
import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.NamedFiles;
import io.ferrule.config.NamedService;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.TunnelConfig;
import io.ferrule.net.PassedSockets;
import io.ferrule.reload.FileLook;
import io.ferrule.tunnel.TunnelMaterial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything that a process goes by, read whole.
 *
 * @param material of the tunnels, in the order of the config; certificates made just now included
 */
record Loaded(ProcessConfig config, List<TunnelMaterial> material) {
    Loaded {
        material = List.copyOf(material);
    }

    /** Told of the files that are about to be read. */
    interface Reading {
        void begins(FileLook look);
    }

    /**
     * Reads the files that a config names, and makes the certificates that are missing. Blocks.
     *
     * @param known files that were read already
     * @param denyLists in use already, which hold from now on what their files say
     * @param reading given those and the others, before any of the others is read
     * @throws OperatorException with every problem found
     */
    static Loaded load(
            ProcessConfig config, PassedSockets passed, Set<Path> known, DenyLists denyLists, Reading reading)
            throws OperatorException {
        List<TunnelConfig> tunnels = new ArrayList<>();
        for (TunnelConfig tunnel : PassedTunnels.adopt(config, passed)) {
            tunnels.add(StateKeys.findOrMake(tunnel, config.stateDirectory()));
        }
        Set<Path> files = new LinkedHashSet<>(known);
        for (TunnelConfig tunnel : tunnels) {
            files.addAll(NamedFiles.of(tunnel));
            if (isInvited(tunnel)) {
                files.add(config.stateDirectory().resolve("clients"));
            }
        }
        reading.begins(FileLook.at(files));
        return new Loaded(config, TunnelMaterial.load(tunnels, denyLists));
    }

    private static boolean isInvited(TunnelConfig tunnel) {
        AcceptTls tls = tunnel.accept().tls();
        return tls != null
                && Stream.concat(Stream.of(tls.access()), tls.names().stream().map(NamedService::access))
                        .anyMatch(access -> access instanceof Access.Clients clients && clients.invited());
    }
}

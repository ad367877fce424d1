package io.ferrule.app;

import io.ferrule.config.AcceptLeg;
import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.TunnelConfig;
import io.ferrule.net.PassedSockets;
import io.ferrule.net.Transport;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives tunnels the sockets that were passed for them. */
final class PassedTunnels {
    private static final Logger LOG = LoggerFactory.getLogger(PassedTunnels.class);

    private PassedTunnels() {}

    /**
     * The tunnels as configured, with each {@code systemd:NAME} replaced by the socket of that name.
     *
     * @throws OperatorException with a problem for each tunnel that cannot have its socket, or must not
     */
    static List<TunnelConfig> adopt(ProcessConfig config, PassedSockets passed) throws OperatorException {
        List<TunnelConfig> tunnels = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (TunnelConfig tunnel : config.tunnels()) {
            try {
                tunnels.add(tunnel.withAccept(adopt(tunnel.accept(), config, passed)));
            } catch (OperatorException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new OperatorException(problems);
        }
        warnOfOthers(config, passed);
        return tunnels;
    }

    private static void warnOfOthers(ProcessConfig config, PassedSockets passed) {
        List<Address> taken = config.tunnels().stream()
                .map(tunnel -> tunnel.accept().listen())
                .toList();
        passed.names().stream()
                .distinct()
                .filter(name ->
                        taken.stream().noneMatch(address -> address.toString().equals("systemd:" + name)))
                .forEach(name -> LOG.atWarn()
                        .addKeyValue("name", name)
                        .log("no tunnel listens on this socket that was passed: connections to it will hang"));
    }

    private static AcceptLeg adopt(AcceptLeg leg, ProcessConfig config, PassedSockets passed) throws OperatorException {
        if (!(leg.listen() instanceof Address.Passed asked)) {
            return leg;
        }
        Address.Adopted socket = passed.find(asked, Transport.choose(config.transport()));
        if (leg.tls() == null && !socket.isLocal()) {
            throw new OperatorException(
                    "",
                    "cannot listen on " + asked + ": the socket is " + socket
                            + ", which is reachable from other machines,"
                            + " and bytes would arrive in plaintext; set ListenStream=127.0.0.1:PORT in the socket unit");
        }
        return leg.withListen(socket);
    }
}

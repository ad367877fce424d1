package io.ferrule.tunnel;

import io.ferrule.admission.InvitedClients;
import io.ferrule.backend.NameResolver;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.StatusChecks;
import io.ferrule.net.Transport;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * What the tunnels of a process share; whoever made it shuts it down, after the tunnels.
 *
 * @param loops event loops of {@code transport}
 * @param names finds the addresses of targets given by name
 * @param observer hears of every connection of every tunnel
 * @param clock for dates: certificates' validity, and when a connection began
 * @param invited the clients that are invited now, of all tunnels
 * @param statuses ask others about certificates
 * @param connectionNumbers a new number each time, from any thread: one in a log means one connection of the process
 */
public record TunnelEnvironment(
        Transport transport,
        EventLoopGroup loops,
        NameResolver names,
        ConnectionObserver observer,
        Clock clock,
        InvitedClients invited,
        StatusChecks statuses,
        LongSupplier connectionNumbers) {}

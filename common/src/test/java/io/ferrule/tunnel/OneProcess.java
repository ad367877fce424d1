package io.ferrule.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.admission.DenyLists;
import io.ferrule.admission.InvitedClients;
import io.ferrule.backend.NameResolver;
import io.ferrule.config.Address;
import io.ferrule.config.ConfigReader;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Role;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.StatusChecks;
import io.ferrule.net.Transport;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One tunnel of one of the programs, made of options as its command line has them, which can be changed while it runs. */
final class OneProcess implements AutoCloseable {
    final InvitedClients invited = new InvitedClients();
    final BlockingQueue<ConnectionRecord> ended = new LinkedBlockingQueue<>();
    private final Role role;
    private final DenyLists denyLists = new DenyLists();
    private final NameResolver names = new NameResolver();
    /** NIO cannot tell when last bytes have arrived, and waits. */
    private final Transport transport = Transport.EPOLL.works() ? Transport.EPOLL : Transport.NIO;

    private final EventLoopGroup loops = transport.newEventLoops(1);
    private final Tunnels tunnels;

    OneProcess(Role role) {
        this.role = role;
        ConnectionObserver observer = new ConnectionObserver() {
            @Override
            public void closed(ConnectionRecord record) {
                ended.add(record);
            }
        };
        TunnelEnvironment environment = new TunnelEnvironment(
                transport,
                loops,
                names,
                observer,
                Clock.systemUTC(),
                invited,
                StatusChecks.NONE,
                new AtomicLong()::incrementAndGet);
        tunnels = new Tunnels(environment, removed -> {});
    }

    /** Goes by these options from now on; true if that made a difference. Who is connected is not judged anew yet. */
    boolean run(Map<String, List<String>> options) throws OperatorException {
        Map<String, List<String>> flags = new LinkedHashMap<>(options);
        flags.putIfAbsent("listen", List.of("127.0.0.1:0"));
        TunnelsChange change = tunnels.prepare(
                TunnelMaterial.load(ConfigReader.read(role, flags, Map.of()).tunnels(), denyLists));
        assertThat(change.commit(Duration.ZERO)).isTrue();
        return change.unchanged().isEmpty();
    }

    /** How many connections ended because their peers are no longer trusted. */
    int judgeAnew() throws Exception {
        return tunnels.judgeAnew().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    int port() {
        return ((Address.Tcp) tunnels.running().get(0).listening()).port();
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    /** The record of the connection that ends next. */
    ConnectionRecord next() throws InterruptedException {
        return TunnelPair.next(ended);
    }

    @Override
    public void close() {
        tunnels.drain(Duration.ZERO).toCompletableFuture().join();
        tunnels.close();
        names.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}

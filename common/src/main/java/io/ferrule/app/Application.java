package io.ferrule.app;

import io.ferrule.admin.AdminServer;
import io.ferrule.admin.AdminSources;
import io.ferrule.admin.HealthSocket;
import io.ferrule.admin.Pages;
import io.ferrule.admission.InvitedClients;
import io.ferrule.backend.NameResolver;
import io.ferrule.config.Address;
import io.ferrule.config.ConfigText;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.TunnelConfig;
import io.ferrule.net.PassedSockets;
import io.ferrule.net.Transport;
import io.ferrule.observe.PrometheusText;
import io.ferrule.pki.OcspChecks;
import io.ferrule.tunnel.Tunnel;
import io.ferrule.tunnel.TunnelEnvironment;
import io.ferrule.tunnel.TunnelMaterial;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running process without its command line: everything is opened in one order and closed in the reverse one, also when an
 * opening fails half-way. A JVM may run several. Its methods block and belong to one thread.
 */
public final class Application implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Application.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final ProcessConfig config;
    private final List<TunnelMaterial> material;
    private final List<Tunnel> tunnels = new ArrayList<>();
    private final List<Address> listening = new ArrayList<>();
    private final Deque<Runnable> closings = new ArrayDeque<>();
    private final List<EventExecutor> loops = new ArrayList<>();
    private volatile @Nullable AdminServer admin; // the admin loop reads it for a page
    private volatile boolean draining;

    /**
     * How a drain ended.
     *
     * @param finished connections that came to their own end
     * @param cut those that did not
     */
    public record Drained(int finished, int cut) {}

    private Application(ProcessConfig config, List<TunnelMaterial> material) {
        this.config = config;
        this.material = material;
    }

    /**
     * Opens everything that the config names and returns once all of it is listening.
     *
     * @param version the program's own, for the metrics
     * @param passed what the process was started with
     * @throws OperatorException if something has to be mended first; then nothing is left open
     */
    static Application start(ProcessConfig config, String version, PassedSockets passed) throws OperatorException {
        List<TunnelConfig> listening = PassedTunnels.adopt(config, passed);
        Application application = new Application(config, TunnelMaterial.load(withCertificates(config, listening)));
        try {
            application.open(version);
            return application;
        } catch (OperatorException | RuntimeException | Error e) {
            application.close();
            throw e;
        }
    }

    /** Where the tunnels listen, in the order of the config; a port that was given as 0 is the one that was chosen. */
    public List<Address> listening() {
        return Collections.unmodifiableList(listening);
    }

    /** Where the admin endpoint listens, if there is one. */
    public Optional<Address> admin() {
        return Optional.ofNullable(admin).map(AdminServer::address);
    }

    /** Connections that are open now, of all tunnels. */
    int connections() {
        return tunnels.stream().mapToInt(tunnel -> tunnel.connections().size()).sum();
    }

    /** The threads that do the work: all have to turn. */
    List<EventExecutor> loops() {
        return List.copyOf(loops);
    }

    /** What the tunnels were given, certificates made at this start included. */
    List<TunnelMaterial> material() {
        return material;
    }

    /** The config in force: with the certificates of the state directory and the ports that were really bound. */
    ProcessConfig effective() {
        List<TunnelConfig> bound = new ArrayList<>();
        for (int i = 0; i < listening.size(); i++) {
            TunnelConfig tunnel = material.get(i).config();
            bound.add(tunnel.withAccept(tunnel.accept().withListen(listening.get(i))));
        }
        return config.with(bound, admin().orElse(null));
    }

    /**
     * Stops accepting, calls itself not ready, and waits until the open connections have finished, the drain time is over, or
     * {@code hurry} completes; what is open then is cut.
     */
    public Drained drain(CompletionStage<?> hurry) {
        draining = true;
        int open = connections();
        List<CompletableFuture<Integer>> cuts = tunnels.stream()
                .map(tunnel -> tunnel.drain(config.drain()).toCompletableFuture())
                .toList();
        CompletableFuture<Void> all = CompletableFuture.allOf(cuts.toArray(CompletableFuture<?>[]::new));
        try {
            CompletableFuture.anyOf(all, hurry.toCompletableFuture())
                    .get(config.drain().plus(CLOSE_LIMIT).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // what did not finish is counted as open below
        }
        boolean whole = all.isDone() && !all.isCompletedExceptionally();
        int cut = whole ? cuts.stream().mapToInt(CompletableFuture::join).sum() : connections();
        tunnels.forEach(tunnel -> tunnel.drain(Duration.ZERO));
        return new Drained(Math.max(0, open - cut), cut);
    }

    /** Closes everything that is still open, the newest first, and waits a moment for it. */
    @Override
    public void close() {
        while (!closings.isEmpty()) {
            closings.pop().run();
        }
    }

    private void open(String version) throws OperatorException {
        Transport transport = Transport.choose(config.transport());
        LOG.atInfo().log(transport.describe(config.transport()));
        if (config.healthCheck()) {
            HealthSocket.check(transport);
        }
        Observation observation = new Observation(material, version, transport);
        closings.push(observation::close);
        EventLoopGroup loops = loops(transport, config.eventLoops());
        observation.watch(loops);
        NameResolver names = new NameResolver();
        closings.push(names::close);
        OcspChecks statuses = new OcspChecks(Clock.systemUTC());
        closings.push(statuses::close);
        TunnelEnvironment environment = new TunnelEnvironment(
                transport,
                loops,
                names,
                observation.connections(),
                Clock.systemUTC(),
                new InvitedClients(),
                statuses,
                new AtomicLong()::incrementAndGet);
        for (TunnelMaterial each : material) {
            Tunnel tunnel = Tunnel.create(each, environment);
            tunnels.add(tunnel);
            closings.push(() -> end(tunnel));
        }
        PublishedPins.write(material);
        for (Tunnel tunnel : tunnels) {
            listening.add(await(tunnel.start()));
        }
        if (config.admin() != null || config.healthCheck()) {
            openPages(transport, observation.metrics());
        }
    }

    private void openPages(Transport transport, PrometheusText metrics) throws OperatorException {
        EventLoopGroup loop = loops(transport, 1);
        Pages pages = Pages.of(new AdminSources(tunnels, metrics, () -> ConfigText.of(effective()), () -> draining));
        if (config.admin() != null) {
            AdminServer server = AdminServer.start(config.admin(), transport, loop, pages);
            closings.push(server::stop);
            admin = server;
        }
        if (config.healthCheck()) {
            AdminServer server = HealthSocket.open(transport, loop, pages);
            closings.push(server::stop);
        }
    }

    private EventLoopGroup loops(Transport transport, int threads) {
        EventLoopGroup group = transport.newEventLoops(threads);
        closings.push(() -> group.shutdownGracefully(0, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_LIMIT.toMillis()));
        group.forEach(loops::add);
        return group;
    }

    private static void end(Tunnel tunnel) {
        tunnel.drain(Duration.ZERO); // cuts what is left
        tunnel.close();
    }

    private static List<TunnelConfig> withCertificates(ProcessConfig config, List<TunnelConfig> given)
            throws OperatorException {
        List<TunnelConfig> tunnels = new ArrayList<>();
        for (TunnelConfig tunnel : given) {
            tunnels.add(StateKeys.findOrMake(tunnel, config.stateDirectory()));
        }
        return tunnels;
    }

    private static Address await(CompletionStage<Address> start) throws OperatorException {
        try {
            return start.toCompletableFuture().get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OperatorException mendable) {
                throw mendable;
            }
            throw new IllegalStateException("a tunnel did not start", e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("a tunnel did not start within " + START_LIMIT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }
}

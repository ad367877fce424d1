package io.ferrule.app;

import static java.util.Objects.requireNonNull;

import io.ferrule.admin.AdminServer;
import io.ferrule.admin.AdminSources;
import io.ferrule.admin.HealthSocket;
import io.ferrule.admin.Pages;
import io.ferrule.admin.ProcessView;
import io.ferrule.admission.InvitedClients;
import io.ferrule.backend.NameResolver;
import io.ferrule.clients.ClientStore;
import io.ferrule.clients.LastSeen;
import io.ferrule.config.Address;
import io.ferrule.config.ConfigText;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.net.PassedSockets;
import io.ferrule.net.Transport;
import io.ferrule.observe.ExpiryWatch;
import io.ferrule.pki.OcspChecks;
import io.ferrule.tunnel.Tunnel;
import io.ferrule.tunnel.TunnelEnvironment;
import io.ferrule.tunnel.TunnelMaterial;
import io.ferrule.tunnel.Tunnels;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running process without its command line: everything is opened in one order and closed in the reverse one, also when an
 * opening fails half-way. A JVM may run several. Starting, draining and closing block and belong to one thread.
 */
public final class Application implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Application.class);
    /** On a page for people. */
    private static final int EXPIRY_LINES = 100;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Start start;
    private final LiveConfig live;
    private final Deque<Runnable> closings = new ArrayDeque<>();
    private final List<EventExecutor> loops = new ArrayList<>();
    private @Nullable Tunnels tunnels;
    private @Nullable Reloads reloads;
    private @Nullable Invitations invitations;
    private final InvitedClients invited = new InvitedClients();
    private final Clock clock = Clock.systemUTC();
    private final Explanations explanations = new Explanations(clock);
    private @Nullable ExpiryWatch expiry;
    private @Nullable Endings endings;
    private volatile @Nullable AdminServer admin; // the admin loop reads it for a page
    private volatile boolean draining;

    /**
     * How a drain ended.
     *
     * @param finished connections that came to their own end
     * @param cut those that did not
     */
    public record Drained(int finished, int cut) {}

    private Application(Start start, LiveConfig live) {
        this.start = start;
        this.live = live;
    }

    /** As {@link #start(Start)}, with options that never change. */
    static Application start(ProcessConfig config, String version, PassedSockets passed) throws OperatorException {
        return start(Start.of(config, version, passed));
    }

    /**
     * Opens everything that the config names and returns once all of it is listening.
     *
     * @throws OperatorException if something has to be mended first; then nothing is left open
     */
    static Application start(Start start) throws OperatorException {
        Application application = new Application(start, LiveConfig.load(start));
        try {
            application.open();
            return application;
        } catch (OperatorException | RuntimeException | Error e) {
            application.close();
            throw e;
        }
    }

    /** Where the tunnels listen, in the order of the config; a port that was given as 0 is the one that was chosen. */
    public List<Address> listening() {
        return tunnels().stream().map(Tunnel::listening).toList();
    }

    /** The tunnels that take connections, in the order of the config. */
    List<Tunnel> tunnels() {
        return tunnels == null ? List.of() : tunnels.running();
    }

    /** Where the admin endpoint listens, if there is one. */
    public Optional<Address> admin() {
        return Optional.ofNullable(admin).map(AdminServer::address);
    }

    /** Connections that are open now, of all tunnels. */
    int connections() {
        return tunnels == null
                ? 0
                : tunnels.withConnections().stream()
                        .mapToInt(tunnel -> tunnel.connections().size())
                        .sum();
    }

    /** The threads that do the work: all have to turn. */
    List<EventExecutor> loops() {
        return List.copyOf(loops);
    }

    /** What is in force; changed by reloads. */
    LiveConfig live() {
        return live;
    }

    /** What the tunnels were given, certificates made for them included. */
    List<TunnelMaterial> material() {
        return live.material();
    }

    /** What warns of certificates and lists that end. */
    ExpiryWatch expiry() {
        return requireNonNull(expiry, "it has not started");
    }

    /** What runs now, in plain words. */
    String explanation() {
        return explanations.ofRunning(requireNonNull(tunnels).running(), requireNonNull(endings, "it has not started"));
    }

    /** The config in force: with the certificates of the state directory and the ports that were really bound. */
    ProcessConfig effective() {
        List<TunnelConfig> bound = new ArrayList<>();
        for (Tunnel tunnel : tunnels()) {
            TunnelConfig config = tunnel.config();
            bound.add(config.withAccept(config.accept().withListen(tunnel.listening())));
        }
        return live.config().with(bound, admin().orElse(null));
    }

    /** Asks for a reload; any thread. */
    void requestReload(String trigger) {
        var unused = requireNonNull(reloads).request(trigger);
    }

    /**
     * Stops accepting, calls itself not ready, and waits until the open connections have finished, the drain time is over, or
     * {@code hurry} completes; what is open then is cut.
     */
    public Drained drain(CompletionStage<?> hurry) {
        draining = true;
        if (reloads != null) {
            reloads.stop();
        }
        Tunnels all = requireNonNull(tunnels);
        Duration limit = live.config().drain();
        int open = connections();
        CompletableFuture<Integer> cuts = all.drain(limit).toCompletableFuture();
        try {
            CompletableFuture.anyOf(cuts, hurry.toCompletableFuture())
                    .get(limit.plus(CLOSE_LIMIT).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // what did not finish is counted as open below
        }
        boolean whole = cuts.isDone() && !cuts.isCompletedExceptionally();
        int cut = whole ? cuts.join() : connections();
        var unused = all.drain(Duration.ZERO);
        return new Drained(Math.max(0, open - cut), cut);
    }

    /** Closes everything that is still open, the newest first, and waits a moment for it. */
    @Override
    public void close() {
        while (!closings.isEmpty()) {
            closings.pop().run();
        }
    }

    private void open() throws OperatorException {
        ProcessConfig config = live.config();
        Transport transport = Transport.choose(config.transport());
        LOG.atInfo().log(transport.describe(config.transport()));
        if (config.healthCheck()) {
            HealthSocket.check(transport);
        }
        Observation observation = new Observation(
                live.material(),
                start.version(),
                transport,
                start.manner().lines().get());
        closings.push(observation::close);
        EventLoopGroup group = loops(transport, config.eventLoops());
        observation.watch(group);
        NameResolver names = new NameResolver();
        closings.push(names::close);
        ScheduledExecutorService background =
                Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("ferrule-background", true));
        closings.push(background::shutdown);
        OcspChecks statuses = new OcspChecks(clock);
        closings.push(statuses::close);
        TunnelEnvironment environment = new TunnelEnvironment(
                transport,
                group,
                names,
                watchInvited(observation.connections(), background),
                clock,
                invited,
                statuses,
                new AtomicLong()::incrementAndGet);
        Tunnels all = new Tunnels(
                environment, ended -> forget(ended, observation), start.manner().places());
        tunnels = all;
        watchExpiry(all, observation, background);
        closings.push(all::close);
        listen(all);
        Reloads reloading = new Reloads(
                () -> reload(all, observation), observation.reloads(), start.listener(), config.watchFiles());
        reloads = reloading;
        closings.push(reloading::close);
        live.watch(reloading);
        if (config.admin() != null || config.healthCheck()) {
            openPages(transport, all, observation, reloading);
        }
    }

    private ReloadSummary reload(Tunnels all, Observation observation) throws OperatorException {
        ReloadSummary summary = live.reload(all, observation);
        expiry().look(); // at what is new
        return summary;
    }

    private void listen(Tunnels all) throws OperatorException {
        PublishedPins.write(live.material()); // so that who finds the port open finds the pin too
        all.prepare(live.material()).commit(Duration.ZERO);
    }

    /** A tunnel of the same name may run again by now. */
    private void forget(Tunnel ended, Observation observation) {
        String name = ended.config().name();
        if (tunnels().stream().noneMatch(tunnel -> tunnel.config().name().equals(name))) {
            observation.forget(name);
        }
    }

    /** Reads who is invited, and lets it be noted when they were seen. */
    private ConnectionObserver watchInvited(ConnectionObserver connections, Executor background)
            throws OperatorException {
        ProcessConfig config = live.config();
        if (config.role() != Role.SERVER || !start.manner().invites()) {
            return connections;
        }
        Invitations read = new Invitations(new ClientStore(config.stateDirectory()), invited);
        invitations = read;
        try {
            read.refresh();
        } catch (OperatorException e) {
            if (config.tunnels().stream().anyMatch(TunnelWords::letsInvitedIn)) {
                throw e;
            }
        }
        live.atEachReload(() -> {
            var unused = read.refresh();
        });
        return ConnectionObserver.all(List.of(connections, new LastSeen(invited, read.store(), clock, background)));
    }

    /** Who is invited, of a server; what changes there is to be read again with {@link Invitations#refresh}. */
    Optional<Invitations> invitations() {
        return Optional.ofNullable(invitations);
    }

    private void openPages(Transport transport, Tunnels all, Observation observation, Reloads reloading)
            throws OperatorException {
        EventLoopGroup loop = loops(transport, 1);
        ProcessView process = new ProcessView(
                () -> ConfigText.of(effective()),
                this::explanation,
                () -> expiry().lines(EXPIRY_LINES),
                () -> draining,
                () -> reloading.request("POST /reload"));
        Pages pages = Pages.of(new AdminSources(all, observation.metrics(), process));
        ProcessConfig config = live.config();
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

    private void watchExpiry(Tunnels all, Observation observation, ScheduledExecutorService background) {
        Endings found = new Endings(
                live::material,
                () -> all.withConnections().stream().flatMap(tunnel -> tunnel.connections().stream()),
                invited,
                observation.servers());
        endings = found;
        observation.watch(found, clock);
        ExpiryWatch watch = new ExpiryWatch(found, live.config().expiryWarning(), clock);
        long every = ExpiryWatch.EVERY.toMillis();
        var unused = background.scheduleAtFixedRate(watch::look, every, every, TimeUnit.MILLISECONDS);
        expiry = watch;
    }

    private EventLoopGroup loops(Transport transport, int threads) {
        EventLoopGroup group = transport.newEventLoops(threads);
        closings.push(() -> group.shutdownGracefully(0, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_LIMIT.toMillis()));
        group.forEach(loops::add);
        return group;
    }
}

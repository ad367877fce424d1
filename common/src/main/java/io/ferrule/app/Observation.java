package io.ferrule.app;

import io.ferrule.connection.ConnectionObserver;
import io.ferrule.net.LegOptions;
import io.ferrule.net.Transport;
import io.ferrule.observe.Build;
import io.ferrule.observe.ConnectionMetrics;
import io.ferrule.observe.Ending;
import io.ferrule.observe.ExpiryGauges;
import io.ferrule.observe.NextPinWatch;
import io.ferrule.observe.ProcessMetrics;
import io.ferrule.observe.PrometheusText;
import io.ferrule.observe.ReloadMetrics;
import io.ferrule.observe.ServerCertificates;
import io.ferrule.tunnel.TunnelMaterial;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** Everything that watches the process and its connections. */
final class Observation implements AutoCloseable {
    private final PrometheusText metrics = new PrometheusText();
    private final Manner.Lines lines;
    private final ServerCertificates servers = new ServerCertificates();
    private final ProcessMetrics process;
    private final ConnectionMetrics connectionMetrics;
    private final ReloadMetrics reloads;
    private final NextPinWatch nextPins;
    private final ConnectionObserver connections;

    /** Of these tunnels; the lines are closed with it. */
    Observation(List<TunnelMaterial> tunnels, String version, Transport transport, Manner.Lines lines) {
        this.lines = lines;
        process = new ProcessMetrics(
                metrics.registry(),
                Build.running(version, Versions.netty(), Versions.tlsEngine(), transport.toString()));
        process.watch(LegOptions.BUFFERS);
        reloads = new ReloadMetrics(metrics.registry(), Clock.systemUTC());
        connectionMetrics = new ConnectionMetrics(metrics.registry(), List.of());
        nextPins = new NextPinWatch(metrics.registry(), Clock.systemUTC());
        connections = ConnectionObserver.all(List.of(connectionMetrics, lines.observer(), servers, nextPins));
        follow(tunnels);
    }

    void watch(EventLoopGroup loops) {
        process.watch(loops);
    }

    /** The certificates that servers showed. */
    ServerCertificates servers() {
        return servers;
    }

    /** Shows what is left of these at each scrape. */
    void watch(Supplier<List<Ending>> endings, InstantSource clock) {
        ExpiryGauges expiry = new ExpiryGauges(metrics.registry(), endings, clock);
        metrics.beforeEach(() -> {
            process.watchJvm();
            expiry.refresh();
        });
    }

    ConnectionObserver connections() {
        return connections;
    }

    ReloadMetrics reloads() {
        return reloads;
    }

    PrometheusText metrics() {
        return metrics;
    }

    /** Watches these tunnels from now on; of one that is no more, only its connections. */
    void follow(List<TunnelMaterial> tunnels) {
        tunnels.forEach(tunnel -> connectionMetrics.expect(tunnel.config()));
        nextPins.watch(tunnels.stream().map(TunnelMaterial::config).toList());
    }

    /** The last connection of a tunnel that is no more has ended. */
    void forget(String tunnel) {
        connectionMetrics.forget(tunnel);
    }

    @Override
    public void close() {
        lines.closing().run();
        process.close();
        metrics.close();
    }
}

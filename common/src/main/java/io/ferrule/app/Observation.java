package io.ferrule.app;

import io.ferrule.config.ConnectTls;
import io.ferrule.config.ServerTrust;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.ferrule.net.Transport;
import io.ferrule.observe.AccessLog;
import io.ferrule.observe.Build;
import io.ferrule.observe.ConnectionMetrics;
import io.ferrule.observe.ProcessMetrics;
import io.ferrule.observe.ProcessMetrics.Certificate;
import io.ferrule.observe.PrometheusText;
import io.ferrule.observe.ReloadMetrics;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.tunnel.TunnelMaterial;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Everything that watches the process and its connections. */
final class Observation implements AutoCloseable {
    private final PrometheusText metrics = new PrometheusText();
    private final AccessLog accessLog = new AccessLog(System::nanoTime);
    private final ProcessMetrics process;
    private final ConnectionMetrics connectionMetrics;
    private final ReloadMetrics reloads;
    private final ConnectionObserver connections;
    private final Map<Shown, Instant> ends = new ConcurrentHashMap<>();

    /** What a gauge of expiry is about. */
    private record Shown(String tunnel, Leg leg, Certificate certificate) {}

    Observation(List<TunnelMaterial> tunnels, String version, Transport transport) {
        process = new ProcessMetrics(
                metrics.registry(),
                Build.running(version, Versions.netty(), Versions.tlsEngine(), transport.toString()));
        process.watch(ByteBufAllocator.DEFAULT);
        reloads = new ReloadMetrics(metrics.registry(), Clock.systemUTC());
        connectionMetrics = new ConnectionMetrics(metrics.registry(), List.of());
        connections = ConnectionObserver.all(List.of(connectionMetrics, accessLog));
        follow(tunnels);
    }

    void watch(EventLoopGroup loops) {
        process.watch(loops);
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

    /** Watches these tunnels from now on, and what was read for them; of one that is no more, only its connections. */
    void follow(List<TunnelMaterial> tunnels) {
        tunnels.forEach(tunnel -> connectionMetrics.expect(tunnel.config()));
        Map<Shown, Instant> now = new HashMap<>();
        tunnels.forEach(tunnel -> ends(tunnel, now));
        ends.keySet().stream()
                .filter(shown -> !now.containsKey(shown))
                .forEach(shown -> process.forget(shown.tunnel(), shown.leg(), shown.certificate()));
        ends.keySet().retainAll(now.keySet());
        now.forEach((shown, end) -> {
            if (ends.put(shown, end) == null) {
                process.watch(
                        shown.tunnel(), shown.leg(), shown.certificate(), () -> ends.get(shown), Clock.systemUTC());
            }
        });
    }

    /** The last connection of a tunnel that is no more has ended. */
    void forget(String tunnel) {
        connectionMetrics.forget(tunnel);
    }

    @Override
    public void close() {
        accessLog.close();
        process.close();
        metrics.close();
    }

    private static void ends(TunnelMaterial material, Map<Shown, Instant> ends) {
        String tunnel = material.config().name();
        ConnectTls tls = material.config().connect().tls();
        boolean copies = tls != null && tls.trust() instanceof ServerTrust.StoredCertificate;
        Certificate trusted = copies ? Certificate.PINNED : Certificate.CA;
        end(new Shown(tunnel, Leg.ACCEPT, Certificate.OWN), leaves(material.accept()), ends);
        end(new Shown(tunnel, Leg.ACCEPT, Certificate.CA), material.clients().certificates(), ends);
        end(new Shown(tunnel, Leg.CONNECT, Certificate.OWN), leaves(material.connect()), ends);
        end(new Shown(tunnel, Leg.CONNECT, trusted), material.server().certificates(), ends);
    }

    private static List<X509Certificate> leaves(List<KeyMaterial> own) {
        return own.stream().map(KeyMaterial::leaf).toList();
    }

    /** Of several the one that expires first. */
    private static void end(Shown shown, List<X509Certificate> certificates, Map<Shown, Instant> ends) {
        certificates.stream()
                .map(each -> each.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .ifPresent(end -> ends.put(shown, end));
    }
}

package io.ferrule.app;

import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.ferrule.net.Transport;
import io.ferrule.observe.AccessLog;
import io.ferrule.observe.Build;
import io.ferrule.observe.ConnectionMetrics;
import io.ferrule.observe.ProcessMetrics;
import io.ferrule.observe.PrometheusText;
import io.ferrule.pki.KeyMaterial;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything that watches the process and its connections. */
final class Observation implements AutoCloseable {
    private final PrometheusText metrics = new PrometheusText();
    private final AccessLog accessLog = new AccessLog(System::nanoTime);
    private final ProcessMetrics process;
    private final ConnectionObserver connections;

    Observation(List<TunnelMaterial> tunnels, String version, Transport transport) {
        List<TunnelConfig> configs =
                tunnels.stream().map(TunnelMaterial::tunnel).toList();
        process = new ProcessMetrics(
                metrics.registry(), Build.running(version, Versions.tlsEngine(), transport.toString()));
        process.watch(ByteBufAllocator.DEFAULT);
        tunnels.forEach(this::watchCertificates);
        connections = ConnectionObserver.all(List.of(new ConnectionMetrics(metrics.registry(), configs), accessLog));
    }

    void watch(EventLoopGroup loops) {
        process.watch(loops);
    }

    ConnectionObserver connections() {
        return connections;
    }

    PrometheusText metrics() {
        return metrics;
    }

    @Override
    public void close() {
        accessLog.close();
        process.close();
        metrics.close();
    }

    private void watchCertificates(TunnelMaterial material) {
        watchOwn(material, Leg.ACCEPT, material.accept());
        watchOwn(material, Leg.CONNECT, material.connect());
        firstToExpire(material.stored())
                .ifPresent(end -> watch(material, Leg.CONNECT, ProcessMetrics.Certificate.STORED, end));
    }

    private void watchOwn(TunnelMaterial material, Leg leg, @Nullable KeyMaterial own) {
        if (own != null) {
            watch(
                    material,
                    leg,
                    ProcessMetrics.Certificate.OWN,
                    own.leaf().getNotAfter().toInstant());
        }
    }

    private void watch(TunnelMaterial material, Leg leg, ProcessMetrics.Certificate certificate, Instant end) {
        process.watch(material.tunnel().name(), leg, certificate, () -> end, Clock.systemUTC());
    }

    private static Optional<Instant> firstToExpire(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder());
    }
}

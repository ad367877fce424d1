package io.ferrule.app;

import io.ferrule.config.ConnectTls;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.ConnectionObserver;
import io.ferrule.connection.Leg;
import io.ferrule.net.Transport;
import io.ferrule.observe.AccessLog;
import io.ferrule.observe.Build;
import io.ferrule.observe.ConnectionMetrics;
import io.ferrule.observe.ProcessMetrics;
import io.ferrule.observe.ProcessMetrics.Certificate;
import io.ferrule.observe.PrometheusText;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.tunnel.TunnelMaterial;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;

/** Everything that watches the process and its connections. */
final class Observation implements AutoCloseable {
    private final PrometheusText metrics = new PrometheusText();
    private final AccessLog accessLog = new AccessLog(System::nanoTime);
    private final ProcessMetrics process;
    private final ConnectionObserver connections;

    Observation(List<TunnelMaterial> tunnels, String version, Transport transport) {
        List<TunnelConfig> configs =
                tunnels.stream().map(TunnelMaterial::config).toList();
        process = new ProcessMetrics(
                metrics.registry(),
                Build.running(version, Versions.netty(), Versions.tlsEngine(), transport.toString()));
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
        String tunnel = material.config().name();
        watch(tunnel, Leg.ACCEPT, Certificate.OWN, leaves(material.accept()));
        watch(tunnel, Leg.ACCEPT, Certificate.CA, material.clients().certificates());
        watch(tunnel, Leg.CONNECT, Certificate.OWN, leaves(material.connect()));
        ConnectTls tls = material.config().connect().tls();
        boolean copies = tls != null && tls.trust() instanceof ServerTrust.StoredCertificate;
        watch(
                tunnel,
                Leg.CONNECT,
                copies ? Certificate.PINNED : Certificate.CA,
                material.server().certificates());
    }

    private static List<X509Certificate> leaves(List<KeyMaterial> own) {
        return own.stream().map(KeyMaterial::leaf).toList();
    }

    /** Of several the one that expires first. */
    private void watch(String tunnel, Leg leg, Certificate certificate, List<X509Certificate> certificates) {
        certificates.stream()
                .map(each -> each.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .ifPresent(end -> process.watch(tunnel, leg, certificate, () -> end, Clock.systemUTC()));
    }
}

package io.ferrule.admin;

import io.ferrule.observe.PrometheusText;
import io.ferrule.tunnel.Tunnel;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the endpoint shows; all of it is asked for on the admin loop at each request.
 *
 * @param config the config in force, secrets already hidden
 * @param draining true once the process has been told to stop
 */
public record AdminSources(
        List<Tunnel> tunnels, PrometheusText metrics, Supplier<String> config, BooleanSupplier draining) {
    public AdminSources {
        tunnels = List.copyOf(tunnels);
    }
}

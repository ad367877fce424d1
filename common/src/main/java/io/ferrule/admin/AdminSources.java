package io.ferrule.admin;

import io.ferrule.observe.PrometheusText;
import io.ferrule.tunnel.Tunnels;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the endpoint shows and does; all of it is asked for on the admin loop at each request.
 *
 * @param config the config in force, secrets already hidden
 * @param draining true once the process has been told to stop
 * @param reload reads the configuration anew, and completes on any thread; must not block
 */
public record AdminSources(
        Tunnels tunnels,
        PrometheusText metrics,
        Supplier<String> config,
        BooleanSupplier draining,
        Supplier<CompletionStage<ReloadAnswer>> reload) {}

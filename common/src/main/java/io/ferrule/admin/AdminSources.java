package io.ferrule.admin;

import io.ferrule.observe.PrometheusText;
import io.ferrule.tunnel.Tunnels;

/** What the endpoint shows and does; all of it is asked for on the admin loop at each request. */
public record AdminSources(Tunnels tunnels, PrometheusText metrics, ProcessView process) {}

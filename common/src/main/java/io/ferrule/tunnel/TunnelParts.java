package io.ferrule.tunnel;

import io.ferrule.admission.ConnectionLimits;
import io.ferrule.backend.Backend;
import io.ferrule.config.TunnelConfig;

/** What the connections of one tunnel share. */
record TunnelParts(
        TunnelConfig config,
        TunnelEnvironment environment,
        TunnelTls tls,
        Backend backend,
        ConnectionLimits limits,
        ConnectionRegistry registry) {}

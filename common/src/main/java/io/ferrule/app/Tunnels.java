package io.ferrule.app;

import io.ferrule.config.OperatorException;
import io.ferrule.config.TunnelConfig;

/** Makes the tunnels that a process really runs. */
final class Tunnels {
    private Tunnels() {}

    @SuppressWarnings("DoNotCallSuggester")
    static TunnelLife make(TunnelConfig config, TunnelLife.Parts parts) throws OperatorException {
        throw new OperatorException(config.name(), "tunnels cannot be made yet, on " + parts.transport());
    }
}

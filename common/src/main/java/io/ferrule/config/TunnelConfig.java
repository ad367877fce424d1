package io.ferrule.config;

/** One tunnel: what it accepts, where it connects, and its bounds. The core does not ask which program it runs in. */
public record TunnelConfig(String name, AcceptLeg accept, ConnectLeg connect, Limits limits, Timeouts timeouts) {
    /** The same with another accept leg. */
    public TunnelConfig withAccept(AcceptLeg leg) {
        return new TunnelConfig(name, leg, connect, limits, timeouts);
    }
}

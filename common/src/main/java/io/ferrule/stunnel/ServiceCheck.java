package io.ferrule.stunnel;

/**
 * Looks at a service as soon as its section has ended, where stunnel makes its TLS context: before the next section is read, so
 * that errors come in stunnel's order.
 */
@FunctionalInterface
public interface ServiceCheck {
    /** Accepts every service. */
    ServiceCheck NONE = (globals, service) -> {};

    /**
     * One service; the lines it writes come where stunnel's about the TLS context would.
     *
     * @throws StunnelException if it cannot be run, mostly {@link StunnelException#inService}
     */
    void check(StunnelConfig.Globals globals, StunnelService service) throws StunnelException;
}

package io.ferrule.connection;

/** The outcome of a check of a peer. */
public sealed interface Verdict {
    /** The one value that lets a connection go on. */
    Verdict TRUSTED = new Trusted();

    /** The peer is who it should be. */
    record Trusted() implements Verdict {}

    /**
     * The peer is not who it should be.
     *
     * @param explanation one or more sentences for the operator: what was presented, what was expected
     */
    record Refused(HandshakeFailure failure, String explanation) implements Verdict {}
}

package io.ferrule.tunnel;

/**
 * Whether a tunnel's target answers.
 *
 * @param answers the connect leg could be set up whole: connected and, with TLS, verified
 * @param detail what happened, one sentence for an operator
 */
public record ProbeOutcome(boolean answers, String detail) {}

package io.ferrule.config;

/** With which of several targets a connection begins; if that fails, the others follow, each once, in their order. */
public enum Failover {
    /** With the first, always. */
    PRIORITY,
    /** The first connection with any of them, each other one with the next. */
    ROUND_ROBIN
}

package io.ferrule.config;

/** Whether the key agreement holds against quantum computers: X25519MLKEM768 (draft-ietf-tls-ecdhe-mlkem). */
public enum PostQuantum {
    /** It is chosen with every peer that has it. */
    PREFERRED,
    /** A peer without it is refused; TLS 1.3 only. */
    REQUIRED,
    /** It is not offered. */
    OFF
}

package io.ferrule.bench.load;

/** A port of 127.0.0.1 that speaks Redis's protocol, in TLS or in plaintext. */
public record Endpoint(int port, boolean tls) {
    @Override
    public String toString() {
        return "127.0.0.1:" + port + (tls ? " (TLS)" : " (plaintext)");
    }
}

package io.ferrule.observe;

/** The tags that metrics carry. Each takes few values; none is ever an address or a name out of a certificate. */
public enum MetricTag {
    TUNNEL("tunnel", "the tunnel's name, as configured"),
    LEG("leg", "`accept`, towards the client, or `connect`, towards the target"),
    DIRECTION("direction", "`client_to_target` or `target_to_client`"),
    REASON(
            "reason",
            "of a close: a label of [close reasons](close-reasons.md); of a failed handshake: one of its labels"),
    VERSION("version", "the TLS version, `TLSv1.2` or `TLSv1.3`; in the build information Ferrule's own version"),
    GROUP("group", "the key agreement group, such as `X25519MLKEM768`, or `none`"),
    RESUMED("resumed", "`true` if an earlier session was continued, else `false`"),
    CERTIFICATE(
            "certificate",
            "what ends: `own`, a certificate shown to peers; `ca`, one of the bundle that vouches for peers; `pinned`, a"
                    + " stored copy that the server is known by; `peer`, on the connect leg the one that the server showed"
                    + " last, on the accept leg those of clients connected now; `crl`, a revocation list (until its next"
                    + " update is due); `invited`, a client's invitation. Of several, the one that ends first"),
    OUTCOME("outcome", "`success` or `failure`"),
    LOOP("loop", "the event loop's number, from 0"),
    MEMORY("memory", "`direct` or `heap`"),
    JAVA("java", "the Java runtime's version"),
    NETTY("netty", "Netty's version"),
    TLS("tls", "the TLS engine"),
    TRANSPORT("transport", "how the kernel's sockets are reached, such as `epoll`");

    private final String key;
    private final String description;

    MetricTag(String key, String description) {
        this.key = key;
        this.description = description;
    }

    /** The tag's key in Micrometer, the label's name in Prometheus. */
    public String key() {
        return key;
    }

    /** What its values are, in Markdown; the manual's table is made of these. */
    public String description() {
        return description;
    }
}

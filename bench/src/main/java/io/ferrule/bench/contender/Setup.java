package io.ferrule.bench.contender;

/**
 * How contenders stand: TLS in front of Redis, or both halves of a tunnel.
 *
 * @param pair whether a client tunnel stands before the server tunnel, so that the load speaks plaintext
 * @param rsa whether the server's key is RSA 2048, not ECDSA P-256
 * @param unix whether Redis is reached by its Unix socket
 * @param psk whether a pair knows each other by a pre-shared key, and by no certificate
 */
public record Setup(boolean pair, boolean rsa, boolean unix, boolean psk) {
    public static final Setup SERVER = new Setup(false, false, false, false);
    public static final Setup SERVER_RSA = new Setup(false, true, false, false);
    public static final Setup SERVER_UNIX = new Setup(false, false, true, false);
    public static final Setup PAIR = new Setup(true, false, false, false);
    public static final Setup PAIR_PSK = new Setup(true, false, false, true);

    @Override
    public String toString() {
        return (pair ? "pair" : "server") + (rsa ? ", RSA" : "") + (unix ? ", Unix socket" : "") + (psk ? ", PSK" : "");
    }
}

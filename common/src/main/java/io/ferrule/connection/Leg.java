package io.ferrule.connection;

/** One of a tunnel's two sides. */
public enum Leg {
    /** Towards the peer that connected to us: the client. */
    ACCEPT("accept"),
    /** Towards the peer that we connected to: the target. */
    CONNECT("connect");

    private final String label;

    Leg(String label) {
        this.label = label;
    }

    /** The metric tag and log value. */
    public String label() {
        return label;
    }
}

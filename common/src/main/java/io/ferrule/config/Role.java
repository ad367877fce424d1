package io.ferrule.config;

/** Which of the two programs a process is: its defaults and its rules follow from it. */
public enum Role {
    /** TLS on the accept leg: the sidecar next to Redis. */
    SERVER("proxy-server", "0.0.0.0"),
    /** TLS on the connect leg: the daemon next to the application. */
    CLIENT("proxy-client", "127.0.0.1");

    private final String program;
    private final String defaultListenHost;

    Role(String program, String defaultListenHost) {
        this.program = program;
        this.defaultListenHost = defaultListenHost;
    }

    /** The program's name, as typed. */
    public String program() {
        return program;
    }

    /** The host that a listen address given as a port alone stands on. */
    public String defaultListenHost() {
        return defaultListenHost;
    }
}

package io.ferrule.bench.contender;

import java.io.IOException;
import java.util.List;

/** stunnel as Debian builds it: a thread a connection. */
record Stunnel(String name, String program) implements Contender {
    private static final String COMMON =
            """
            foreground = yes
            pid =
            debug = warning
            socket = l:TCP_NODELAY=1
            socket = r:TCP_NODELAY=1
            sslVersionMin = TLSv1.3
            ciphersuites = TLS_AES_128_GCM_SHA256
            curves = X25519
            TIMEOUTidle = 86400
            [tunnel]
            """;

    @Override
    public String version() throws IOException {
        return Programs.line("stunnel", program, "-version");
    }

    @Override
    public String settings() {
        return "TCP_NODELAY on both sides, a thread a connection as it is built, debug = warning: a line of log for each connection would cost it a multiple";
    }

    @Override
    public Running start(Site site, Setup setup) throws IOException {
        int server = site.freePort();
        if (!setup.pair()) {
            return start(site, site.running(server, true), server, serving(site, setup, server));
        }
        int client = site.freePort();
        Running pair = start(site, site.running(client, false), server, serving(site, setup, server));
        return start(site, pair, client, joining(site, setup, client, server));
    }

    /** A configuration that accepts TLS on this port. */
    static String serving(Site site, Setup setup, int port) {
        String known = setup.psk()
                ? "PSKsecrets = " + site.psk()
                : "cert = " + site.certificate(setup) + "\nkey = " + site.key(setup);
        return COMMON + "accept = 127.0.0.1:" + port + "\nconnect = " + site.target(setup, "", "") + "\n" + known
                + "\n";
    }

    /** One that accepts plaintext, and goes there. */
    static String joining(Site site, Setup setup, int port, int server) {
        String known =
                setup.psk() ? "PSKsecrets = " + site.psk() : "verifyPeer = yes\nCAfile = " + site.certificate(setup);
        return COMMON + "client = yes\naccept = 127.0.0.1:" + port + "\nconnect = 127.0.0.1:" + server + "\n" + known
                + "\n";
    }

    private Running start(Site site, Running running, int port, String config) throws IOException {
        String file = site.file(name + ".conf", config).toString();
        return running.with(site.fresh(name + ".log"), port, List.of(program, file));
    }
}

package io.ferrule.bench.contender;

import java.io.IOException;
import java.util.List;

/**
 * HAProxy in TCP mode.
 *
 * @param bufferBytes tune.bufsize; 0 leaves its default of 16 KiB
 */
record Haproxy(String name, String program, int bufferBytes) implements Contender {
    private static final String TLS = " ciphersuites TLS_AES_128_GCM_SHA256 ";

    @Override
    public String version() throws IOException {
        return Programs.line("HAProxy version", program, "-v") + ", "
                + Programs.line("Running on OpenSSL", program, "-vv").replace("Running on ", "");
    }

    @Override
    public String settings() {
        return "mode tcp, nbthread = cores" + (bufferBytes > 0 ? ", tune.bufsize " + bufferBytes : "");
    }

    @Override
    public boolean supports(Setup setup) {
        return !setup.psk();
    }

    @Override
    public Running start(Site site, Setup setup) throws IOException {
        int server = site.freePort();
        String serving =
                "bind 127.0.0.1:" + server + " ssl crt " + site.both(setup) + " ssl-min-ver TLSv1.3 curves X25519" + TLS
                        + "\n  server redis " + site.target(setup, "", "unix@") + "\n";
        if (!setup.pair()) {
            return start(site, site.running(server, true), server, serving);
        }
        int client = site.freePort();
        Running pair = start(site, site.running(client, false), server, serving);
        return start(
                site,
                pair,
                client,
                "bind 127.0.0.1:" + client + "\n  server tunnel 127.0.0.1:" + server
                        + " ssl verify required verifyhost bench ssl-min-ver TLSv1.3 ca-file "
                        + site.certificate(setup)
                        + TLS + "\n");
    }

    private Running start(Site site, Running running, int port, String listen) throws IOException {
        String config =
                "global\n  nbthread " + Site.cores() + "\n  maxconn " + Math.min(20_000, (Site.openFiles() - 200) / 2)
                        + "\n" + (bufferBytes > 0 ? "  tune.bufsize " + bufferBytes + "\n" : "")
                        + "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 1d\n  timeout server 1d\nlisten tunnel\n  "
                        + listen;
        String file = site.file(name + ".cfg", config).toString();
        return running.with(site.fresh(name + ".log"), port, List.of(program, "-db", "-f", file));
    }
}

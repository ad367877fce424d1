package io.ferrule.bench.contender;

import java.io.IOException;
import java.util.List;

/** hitch, which is TLS termination and nothing else. */
record Hitch(String name, String program) implements Contender {
    @Override
    public String version() throws IOException {
        return Programs.line("hitch", program, "--version");
    }

    @Override
    public String settings() {
        return "workers = cores";
    }

    @Override
    public boolean supports(Setup setup) {
        return !setup.pair();
    }

    @Override
    public Running start(Site site, Setup setup) throws IOException {
        int port = site.freePort();
        String target = site.target(setup, "", "");
        String config =
                """
                frontend = { host = "127.0.0.1" port = "%d" }
                backend = "%s"
                pem-file = "%s"
                tls-protos = TLSv1.3
                ciphersuites = "TLS_AES_128_GCM_SHA256"
                ecdh-curve = "X25519"
                workers = %d
                backlog = 1024
                keepalive = 3600
                daemon = off
                syslog = off
                log-level = 0
                ocsp-dir = ""
                %s
                """
                        .formatted(
                                port,
                                setup.unix() ? target : "[127.0.0.1]:" + target.substring(target.indexOf(':') + 1),
                                site.both(setup),
                                Site.cores(),
                                "root".equals(System.getProperty("user.name")) ? "user = \"root\"" : "");
        List<String> command = List.of(program, "--config=" + site.file("hitch.conf", config));
        return site.running(port, true).with(site.fresh("hitch.log"), port, command);
    }
}

package io.ferrule.bench.contender;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * nginx with its stream module.
 *
 * @param module the module's file
 */
record Nginx(String name, String program, Path module) implements Contender {
    @Override
    public String version() throws IOException {
        return Programs.line("nginx", program, "-v");
    }

    @Override
    public String settings() {
        return "stream module, worker_processes auto, listen … reuseport, tcp_nodelay on";
    }

    @Override
    public boolean supports(Setup setup) {
        return !setup.pair();
    }

    @Override
    public Running start(Site site, Setup setup) throws IOException {
        int port = site.freePort();
        String config =
                """
                load_module %s;
                daemon off;
                %s
                pid %s;
                error_log stderr warn;
                worker_processes auto;
                worker_rlimit_nofile %d;
                events { worker_connections %d; }
                stream {
                  access_log off;
                  tcp_nodelay on;
                  server {
                    listen 127.0.0.1:%d ssl reuseport;
                    ssl_certificate %s;
                    ssl_certificate_key %s;
                    ssl_protocols TLSv1.3;
                    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
                    ssl_ecdh_curve X25519;
                    ssl_session_tickets on;
                    proxy_timeout 1d;
                    proxy_pass %s;
                  }
                }
                """
                        .formatted(
                                module,
                                "root".equals(System.getProperty("user.name")) ? "user root;" : "",
                                site.fresh("nginx.pid"),
                                Site.openFiles(),
                                Site.openFiles(),
                                port,
                                site.certificate(setup),
                                site.key(setup),
                                site.target(setup, "", "unix:"));
        List<String> command = List.of(
                program,
                "-p",
                site.folder().toString(),
                "-e",
                "stderr",
                "-c",
                site.file("nginx.conf", config).toString());
        return site.running(port, true).with(site.fresh("nginx.log"), port, command);
    }
}

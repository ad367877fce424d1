package io.ferrule.bench.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Ferrule from its packaged programs, with shipped defaults but for what is given here.
 *
 * @param jvm more options of the JVM
 * @param flags more flags of both programs
 */
record Ferrule(String name, String java, Path serverJar, Path clientJar, List<String> jvm, List<String> flags)
        implements Contender {
    @Override
    public String version() throws IOException {
        return Programs.output(java, "-jar", serverJar.toString(), "version")
                        .lines()
                        .findFirst()
                        .orElse("unknown") + ", "
                + Programs.output(java, "-version").lines().findFirst().orElse("unknown Java");
    }

    @Override
    public String settings() {
        List<String> words = new ArrayList<>(List.of("java"));
        words.addAll(jvm);
        words.addAll(List.of("-jar", "proxy-server.jar", "run"));
        words.addAll(flags);
        return "`" + String.join(" ", words)
                + "`, shipped defaults otherwise: a line of log for each connection among them";
    }

    @Override
    public boolean isJvm() {
        return true;
    }

    @Override
    public Running start(Site site, Setup setup) throws IOException {
        int server = site.freePort();
        if (setup.psk()) {
            int client = site.freePort();
            Running pair = launched(site, site.running(client, false), server, Stunnel.serving(site, setup, server));
            return launched(site, pair, client, Stunnel.joining(site, setup, client, server));
        }
        List<String> serving = new ArrayList<>(List.of("--listen", "127.0.0.1:" + server));
        serving.addAll(List.of("--target", site.target(setup, "", "unix:"), "--access", "anyone"));
        serving.addAll(List.of("--certificate", "" + site.certificate(setup), "--key", "" + site.key(setup)));
        if (!setup.pair()) {
            return start(site, site.running(server, true), server, serverJar, serving);
        }
        int client = site.freePort();
        Running pair = start(site, site.running(client, false), server, serverJar, serving);
        List<String> joining = List.of(
                "--listen",
                "127.0.0.1:" + client,
                "--target",
                "127.0.0.1:" + server,
                "--server-certificate",
                site.certificate(setup).toString());
        return start(site, pair, client, clientJar, joining);
    }

    /** What our own configuration does not have, from stunnel's. */
    private Running launched(Site site, Running running, int port, String config) throws IOException {
        String file = site.file(name + ".conf", config).toString();
        return running.with(site.fresh(name + ".log"), port, command(serverJar, List.of("stunnel", file)));
    }

    private Running start(Site site, Running running, int port, Path jar, List<String> options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(options);
        arguments.addAll(flags);
        return running.with(site.fresh(name + ".log"), port, command(jar, arguments));
    }

    private List<String> command(Path jar, List<String> arguments) throws IOException {
        if (!Files.exists(jar)) {
            throw new IOException(jar + " does not exist: run mvn -ntp -DskipTests package first");
        }
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(jvm);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(arguments);
        return command;
    }
}

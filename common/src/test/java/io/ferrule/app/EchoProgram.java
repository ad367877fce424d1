package io.ferrule.app;

import io.ferrule.config.Role;
import io.ferrule.testing.Peer;
import io.ferrule.testing.ScriptedServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real proxy-server in a process of its own, with a target that sends back what it receives and logs a lot. */
final class EchoProgram {
    private static final Logger LOG = LoggerFactory.getLogger(EchoProgram.class);

    private EchoProgram() {}

    @SuppressWarnings("resource") // lives as long as the process
    public static void main(String[] arguments) throws IOException {
        ScriptedServer target = ScriptedServer.plain(EchoProgram::echo);
        List<String> words = new ArrayList<>(List.of(arguments));
        words.addAll(List.of("--target", target.address()));
        Program.launch(Role.SERVER, EchoProgram.class, words.toArray(String[]::new));
    }

    private static void echo(Peer peer) throws IOException {
        byte[] read = new byte[4096];
        for (int n = peer.in().read(read); n >= 0; n = peer.in().read(read)) {
            for (int i = 0; i < 100; i++) { // so that a client can fill a pipe quickly
                LOG.info("received {} bytes, and a long line about it{}", n, " and about it".repeat(50));
            }
            peer.out().write(read, 0, n);
        }
    }
}

package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.LeftOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Two hosts joined by a switch, each a network namespace of its own, that can be parted so that neither is told: no FIN, no
 * reset, no loss of carrier. Needs root and {@code ip}; nothing outside of these namespaces is touched.
 */
final class SplitNetwork implements AutoCloseable {
    static final String NEAR_ADDRESS = "10.99.0.1";
    private static final String FAR_ADDRESS = "10.99.0.2";

    private final List<String> namespaces = new ArrayList<>();
    private final String id = Long.toString(ProcessHandle.current().pid(), 36)
            + Integer.toString(System.identityHashCode(this) & 0xffff, 36);

    private SplitNetwork() {}

    /** A new one; the test is left out where it may not be made. */
    static SplitNetwork make() {
        SplitNetwork network = new SplitNetwork();
        try {
            Stream.of("near", "far", "switch").forEach(network::addNamespace);
            network.ip("switch", "link add switch type bridge");
            network.ip("switch", "link set switch up");
            network.addHost("near", NEAR_ADDRESS);
            network.addHost("far", FAR_ADDRESS);
            return network;
        } catch (IllegalStateException notPermitted) {
            network.close();
            throw LeftOut.skip("peers that vanish", "network namespaces cannot be made: " + notPermitted.getMessage());
        }
    }

    private void addNamespace(String host) {
        run("ip", "netns", "add", name(host));
        namespaces.add(name(host));
        ip(host, "link set lo up");
    }

    private void addHost(String host, String address) {
        run("ip", "link", "add", "eth0", "netns", name(host), "type", "veth", "peer", host, "netns", name("switch"));
        ip("switch", "link set " + host + " master switch");
        ip("switch", "link set " + host + " up");
        ip(host, "link set eth0 up");
        ip(host, "addr add " + address + "/24 dev eth0");
    }

    /** The command that runs as on that host, {@code near} or {@code far}; only its network is the host's. */
    ProcessBuilder on(String host, ProcessBuilder command) {
        List<String> there = new ArrayList<>(List.of("ip", "netns", "exec", name(host)));
        there.addAll(command.command());
        return command.command(there);
    }

    /** Waits until every connection between the hosts has all its bytes acknowledged, so that only keepalive is left. */
    void awaitQuiet() {
        for (String host : List.of("near", "far")) {
            Awaitility.await("acknowledgements").untilAsserted(() -> assertThat(
                            CommandResult.of("ip", "netns", "exec", name(host), "ss", "-Htno", "state", "established")
                                    .orFail()
                                    .lines())
                    .isNotEmpty()
                    .allMatch(line -> line.contains("timer:(keepalive")));
        }
    }

    /** From now on nothing passes between the two hosts. */
    void part() {
        ip("switch", "link set far nomaster");
    }

    private void ip(String host, String words) {
        run(Stream.concat(Stream.of("ip", "-n", name(host)), Stream.of(words.split(" ", -1)))
                .toArray(String[]::new));
    }

    private static void run(String... command) {
        CommandResult result = CommandResult.of(command);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(result.output().lines().findFirst().orElse("no word of why"));
        }
    }

    private String name(String host) {
        return "ferrule-" + host.toLowerCase(Locale.ROOT) + "-" + id;
    }

    /** Deletes the namespaces, and with them their links and addresses. */
    @Override
    public void close() {
        namespaces.forEach(name -> CommandResult.of("ip", "netns", "del", name));
        namespaces.clear();
    }
}

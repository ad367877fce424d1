package io.ferrule.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace of its own: a loopback interface with these addresses, and a packet filter that is nobody else's
 * (network_namespaces(7)). It is gone with the process that holds it and those that were started in it. It takes root.
 */
public final class OwnNetwork implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Subprocess holder;

    private OwnNetwork(Subprocess holder) {
        this.holder = holder;
    }

    /** Makes one, or ends the running test as left out where that is not allowed. */
    public static OwnNetwork open(String... addresses) {
        StringBuilder script = new StringBuilder("ip link set lo up");
        for (String address : addresses) {
            script.append(" && ip address add ").append(address).append(" dev lo nodad");
        }
        Subprocess holder = Subprocess.start(
                "network", new ProcessBuilder("unshare", "-n", "sh", "-c", script + " && echo up && exec cat"));
        try {
            holder.awaitLine("^up$", LIMIT);
        } catch (AssertionError refused) {
            holder.close();
            throw LeftOut.skip("a network of its own", "unshare -n and ip address: " + holder.output());
        }
        return new OwnNetwork(holder);
    }

    /** A command that becomes the program that follows it, in this network. */
    public List<String> starter() {
        return List.of("nsenter", "--net=/proc/" + holder.pid() + "/ns/net", "--");
    }

    /** A command in this network. */
    public List<String> command(String... command) {
        List<String> all = new ArrayList<>(starter());
        all.addAll(List.of(command));
        return all;
    }

    /** Runs it to its end, which has to be a good one. */
    public void run(String... command) {
        CommandResult.of(LIMIT, command(command), new byte[0]).orFail();
    }

    @Override
    public void close() {
        holder.close();
    }
}

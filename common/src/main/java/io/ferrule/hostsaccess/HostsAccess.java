package io.ferrule.hostsaccess;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks {@code hosts.allow} and {@code hosts.deny} about clients: the first rule that holds decides, first of those that allow, then
 * of those that deny, and whom none is about may connect. The files are read for each client, as they are then. Any thread.
 */
public final class HostsAccess {
    private static final int THREADS = 4;
    private static final int MOST_WAITING = 1024;
    private static final long IDLE_SECONDS = 10;

    /** Static, since all tunnels of a process ask the same files; its threads end when nobody has asked for a while. */
    private static final ThreadPoolExecutor READERS = readers();

    private final Path allow;
    private final Path deny;
    private final Function<InetAddress, Optional<String>> names;

    /** By these two files, of which neither has to be there. */
    public HostsAccess(Path allow, Path deny) {
        this(allow, deny, HostsAccess::name);
    }

    HostsAccess(Path allow, Path deny, Function<InetAddress, Optional<String>> names) {
        this.allow = allow;
        this.deny = deny;
        this.names = names;
    }

    private static ThreadPoolExecutor readers() {
        ThreadPoolExecutor readers = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> {
                    Thread thread = new Thread(work, "ferrule-hosts-access");
                    thread.setDaemon(true);
                    return thread;
                });
        readers.allowCoreThreadTimeOut(true);
        return readers;
    }

    /**
     * Makes sure that all rules about a daemon can be understood. Blocks.
     *
     * @throws HostsAccessException with file and line of one that cannot
     */
    public void check(String daemon) throws HostsAccessException {
        for (HostsRule rule : rules()) {
            if (rule.isOf(daemon)) {
                rule.check();
            }
        }
    }

    /** Whether the daemon may serve the client; fails with {@link HostsAccessException} if that is not to be told. */
    public CompletableFuture<Boolean> ask(String daemon, InetAddress client) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        try {
            READERS.execute(() -> {
                try {
                    answer.complete(permits(daemon, client));
                } catch (HostsAccessException | RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new HostsAccessException(
                    "too many clients wait for hosts.allow and hosts.deny; are names of hosts looked up slowly?"));
        }
        return answer;
    }

    boolean permits(String daemon, InetAddress client) throws HostsAccessException {
        HostsClient asked = new HostsClient(client, names);
        for (HostsRule rule : rules()) {
            if (rule.isOf(daemon) && rule.holdsFor(asked)) {
                return rule.permits();
            }
        }
        return true;
    }

    private List<HostsRule> rules() throws HostsAccessException {
        List<HostsRule> rules = new ArrayList<>(HostsFile.read(allow, true));
        rules.addAll(HostsFile.read(deny, false));
        return rules;
    }

    /** The runtime gives the digits back where there is no name, or one without this address. */
    private static Optional<String> name(InetAddress address) {
        try {
            InetAddress unnamed = InetAddress.getByAddress(address.getAddress());
            String name = unnamed.getHostName();
            return name.equals(unnamed.getHostAddress()) ? Optional.empty() : Optional.of(name);
        } catch (UnknownHostException e) {
            return Optional.empty(); // not of an address
        }
    }
}

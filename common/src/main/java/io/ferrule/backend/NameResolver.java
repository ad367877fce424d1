package io.ferrule.backend;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Turns names into addresses off the event loops, with the Java runtime's resolver: hosts file, system order, and its cache
 * ({@code networkaddress.cache.ttl}, 30 seconds unless set otherwise, so a name that moves is followed after at most that).
 * Threads and queue are bounded, and connections that wait for the same name share one look-up. Any thread may call it.
 */
public final class NameResolver implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int QUEUED_NAMES = 256;
    private static final long IDLE_SECONDS = 10;

    /** What asks the name service. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final ThreadPoolExecutor threads;
    private final ConcurrentHashMap<String, CompletableFuture<List<InetAddress>>> underWay = new ConcurrentHashMap<>();

    public NameResolver() {
        this(InetAddress::getAllByName);
    }

    NameResolver(Lookup lookup) {
        this.lookup = lookup;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUED_NAMES), task -> {
                    Thread thread = new Thread(task, "ferrule-resolver");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * All addresses of a host, in the order to try them; an address in digits is answered at once. Completed on any thread.
     *
     * @return fails with an {@link UnknownHostException} or {@link RejectedExecutionException}
     */
    public CompletableFuture<List<InetAddress>> resolve(String host) {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            CompletableFuture<List<InetAddress>> literal = new CompletableFuture<>();
            look(host, InetAddress::getAllByName, literal);
            return literal;
        }
        CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> others = underWay.putIfAbsent(host, mine);
        if (others != null) {
            return others;
        }
        try {
            threads.execute(() -> {
                underWay.remove(host);
                look(host, lookup, mine);
            });
        } catch (RejectedExecutionException full) {
            underWay.remove(host);
            mine.completeExceptionally(full);
        }
        return mine;
    }

    /** Lets go of the threads; names still looked up are never answered. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static void look(String host, Lookup lookup, CompletableFuture<List<InetAddress>> answer) {
        try {
            answer.complete(List.of(lookup.addressesOf(host)));
        } catch (UnknownHostException | RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }
}

package io.ferrule.stunnel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** By what the lines of a connection are told from others, over all services of a process. Any thread. */
final class ConnectionIds {
    private final RandomGenerator random;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, Series> series = new ConcurrentHashMap<>();

    /** From 0 on. */
    ConnectionIds(RandomGenerator random) {
        this.random = random;
    }

    /** Connections that follow one another on a tunnel share the first part. */
    String next(String tunnel, LoggedService service) {
        return service.retries()
                ? series.computeIfAbsent(tunnel, first -> new Series(alone(service), new AtomicLong()))
                        .next()
                : alone(service);
    }

    private String alone(LoggedService service) {
        return service.id().of(numbers.getAndIncrement(), random);
    }

    private record Series(String id, AtomicLong turns) {
        String next() {
            return id + "_" + turns.getAndIncrement();
        }
    }
}

package io.ferrule.bench;

import io.ferrule.bench.contender.Memory;
import io.ferrule.bench.contender.Running;
import io.ferrule.bench.contender.Setup;
import io.ferrule.bench.load.Done;
import io.ferrule.bench.load.Idle;
import io.ferrule.bench.load.Latencies;
import io.ferrule.bench.load.Loads;
import io.ferrule.bench.load.Subscribers;
import io.ferrule.bench.report.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How samples are taken: CPU is read before and after the load, from the contender's processes alone. */
final class Work {
    /** Requests a second; stunnel, the first to be saturated, does about four times as many on two cores. */
    static final int LATENCY_RATE = 5_000;

    private static final Duration LATENCY_TIME = Duration.ofSeconds(5);
    private static final int FEW = 2_000;
    private static final int MANY = 9_000;
    private static final int BEFORE_MEMORY = 200;
    /** Ferrule looks for memory to give back two seconds after its start, and every five after that. */
    private static final Duration SETTLED = Duration.ofSeconds(7);

    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
    private static final double MIB = 1024 * 1024;
    private static final double GB = 1e9;

    private Work() {}

    static Case.Load ops(RedisBenchmark benchmark) {
        return (running, site, loads, scale) -> {
            RedisBenchmark scaled = scaled(benchmark, scale);
            double before = running.cpuSeconds();
            Map<String, Double> rates = scaled.run(running.endpoint(), site.certificate(Setup.SERVER));
            double cpu = running.cpuSeconds() - before;
            double seconds = rates.values().stream()
                    .mapToDouble(rate -> scaled.requests() / rate)
                    .sum();
            double ops = (double) scaled.requests() * rates.size();
            return new Measured().with(Metric.CPU_OP, cpu * 1e6 / ops).with(Metric.RATE, ops / seconds);
        };
    }

    static Case.Load bulk(RedisBenchmark benchmark) {
        return (running, site, loads, scale) -> {
            // GET asks for what the last SET has left, which may have been of another size.
            new RedisBenchmark(List.of("set"), 1, 1, benchmark.bytes(), 50)
                    .run(site.redis(), site.certificate(Setup.SERVER));
            RedisBenchmark scaled = scaled(benchmark, scale);
            double before = running.cpuSeconds();
            Map<String, Double> rates = scaled.run(running.endpoint(), site.certificate(Setup.SERVER));
            double cpu = running.cpuSeconds() - before;
            double gigabytes = (double) scaled.requests() * scaled.bytes() / GB;
            double perSecond = rates.values().iterator().next() * scaled.bytes() / GB;
            return new Measured().with(Metric.CPU_GB, cpu / gigabytes).with(Metric.GB, perSecond);
        };
    }

    private static RedisBenchmark scaled(RedisBenchmark b, double scale) {
        return new RedisBenchmark(b.tests(), b.connections(), b.pipeline(), b.bytes(), (int) (b.requests() * scale));
    }

    static Case.Load handshakes(int connections, int concurrency, boolean resumed) {
        return (running, site, loads, scale) -> {
            int count = (int) (connections * scale);
            double before = running.cpuSeconds();
            Done done = loads.handshakes(running.endpoint(), resumed, count, concurrency);
            double cpu = running.cpuSeconds() - before;
            if (resumed && done.resumed() < 0.95 * count) {
                throw new IOException("only " + done.resumed() + " of " + count + " handshakes were resumed");
            }
            return new Measured()
                    .with(Metric.CPU_CONNECTION, cpu * 1e3 / done.units())
                    .with(Metric.CONNECTIONS, done.units() / done.seconds());
        };
    }

    static Case.Load latency(int connections) {
        return (running, site, loads, scale) -> {
            Duration time =
                    LATENCY_TIME.multipliedBy((long) Math.max(1, scale * 10)).dividedBy(10);
            double before = running.cpuSeconds();
            Latencies latencies = loads.fixedRate(running.endpoint(), connections, LATENCY_RATE, time);
            double cpu = running.cpuSeconds() - before;
            return new Measured()
                    .with(Metric.P99, latencies.p99Micros())
                    .with(Metric.P50, latencies.p50Micros())
                    .with(Metric.P999, latencies.p999Micros())
                    .with(Metric.CPU_OP, cpu * 1e6 / latencies.requests());
        };
    }

    static Case.Load fanOut(int subscribers, int messages, int bytes) {
        return (running, site, loads, scale) -> {
            try (Subscribers subscribed = loads.subscribe(running.endpoint(), subscribers)) {
                double before = running.cpuSeconds();
                Done done = loads.publish(subscribed, site.redis(), (int) (messages * scale), bytes);
                double cpu = running.cpuSeconds() - before;
                return new Measured()
                        .with(Metric.CPU_OP, cpu * 1e6 / done.units())
                        .with(Metric.RATE, done.units() / done.seconds());
            }
        };
    }

    /** The load on a process that has just been started; the CPU of its start is counted too. */
    static Case.Life cold(Case.Load load, Metric cpu, int units, double unitsOfCpu) {
        return (contender, setup, site, loads, scale) -> {
            try (Running running = contender.start(site, setup)) {
                running.await();
                Measured warm = load.on(running, site, loads, scale);
                Measured cold = new Measured().with(cpu, running.cpuSeconds() * unitsOfCpu / (int) (units * scale));
                warm.values().forEach((metric, value) -> {
                    if (!metric.equals(cpu)) {
                        cold.with(metric, value);
                    }
                });
                return cold;
            }
        };
    }

    static Case.Life start() {
        return (contender, setup, site, loads, scale) -> {
            long begin = System.nanoTime();
            try (Running running = contender.start(site, setup)) {
                while (!answers(running, loads)) {
                    running.requireAlive();
                    if (System.nanoTime() - begin > START_PATIENCE.toNanos()) {
                        throw new IOException(
                                contender.name() + " has not answered " + START_PATIENCE + " after its start");
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
                return new Measured().with(Metric.START, (System.nanoTime() - begin) / 1e6);
            }
        };
    }

    private static boolean answers(Running running, Loads loads) {
        try {
            loads.handshakes(running.endpoint(), false, 1, 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static Case.Life memory() {
        return (contender, setup, site, loads, scale) -> {
            try (Running running = contender.start(site, setup)) {
                running.await();
                settle();
                Memory rest = running.memory();
                loads.handshakes(running.endpoint(), false, BEFORE_MEMORY, 8);
                settle();
                long before = running.memory().pssBytes();
                try (Idle few = loads.idle(running.endpoint(), FEW)) {
                    settle();
                    double perFew = (double) (running.memory().pssBytes() - before) / FEW;
                    try (Idle more = loads.idle(running.endpoint(), MANY - FEW)) {
                        settle();
                        few.check();
                        more.check();
                        long grown = running.memory().pssBytes() - before;
                        return new Measured()
                                .with(Metric.KB_9000, (double) grown / MANY / 1e3)
                                .with(Metric.KB_2000, perFew / 1e3)
                                .with(Metric.ABOVE_9000, (running.memory().pssBytes() - rest.pssBytes()) / MIB)
                                .with(Metric.PSS, rest.pssBytes() / MIB)
                                .with(Metric.RSS, rest.rssBytes() / MIB);
                    }
                }
            }
        };
    }

    private static void settle() {
        LockSupport.parkNanos(SETTLED.toNanos());
    }
}

package io.ferrule.bench;

import io.ferrule.bench.Case.Fresh;
import io.ferrule.bench.Case.Warm;
import io.ferrule.bench.contender.Setup;
import io.ferrule.bench.load.Endpoint;
import io.ferrule.bench.report.Metric;
import io.ferrule.bench.report.Subject;
import java.util.List;

/** All cases, in the order in which they run: those that stand alike follow each other. */
final class Cases {
    private static final int SMALL_BYTES = 64;
    private static final int CLIENTS = 50;
    private static final int SINGLE_OPS = 35_000;
    private static final int PIPELINED_OPS = 480_000;
    private static final int COLD_OPS = 75_000;
    private static final int PAIR_OPS = 25_000;
    private static final int PAIR_PIPELINED_OPS = 360_000;

    private static final int LARGE_BYTES = 262_144;
    private static final int LARGE_OPS = 8_000;
    /** redis-benchmark itself sends no faster on one connection. */
    private static final int LARGE_OPS_ALONE = 2_500;

    private static final int HANDSHAKES = 5_000;
    /** stunnel's own limit of what it accepts at once decides here, not the others'. */
    private static final int HANDSHAKES_AT_ONCE = 16;

    private static final double OPS_SECONDS = 2.5;
    private static final double MEMORY_SECONDS = 14;
    private static final int MEMORY_ROUNDS = 3;

    private Cases() {}

    static List<Case> all() {
        return List.of(
                ops("ops-p1", "64 B, pipeline 1", Setup.SERVER, 1, SINGLE_OPS),
                ops("ops-p16", "64 B, pipeline 16", Setup.SERVER, 16, PIPELINED_OPS),
                bulk("bulk-down", "Bulk from Redis, one connection", "get", Setup.SERVER, 1, LARGE_OPS),
                bulk("bulk-up", "Bulk to Redis, one connection", "set", Setup.SERVER, 1, LARGE_OPS_ALONE),
                bulk("bulk4-down", "Bulk from Redis, four connections", "get", Setup.SERVER, 4, LARGE_OPS),
                bulk("bulk4-up", "Bulk to Redis, four connections", "set", Setup.SERVER, 4, LARGE_OPS),
                handshakes("handshake-ecdsa", "Full handshake, ECDSA P-256", Setup.SERVER, false),
                handshakes("handshake-resumed", "Resumed handshake", Setup.SERVER, true),
                latency(),
                fanOut(),
                handshakes("handshake-rsa", "Full handshake, RSA 2048", Setup.SERVER_RSA, false),
                ops("unix-p1", "64 B, pipeline 1, Unix socket to Redis", Setup.SERVER_UNIX, 1, SINGLE_OPS),
                ops("unix-p16", "64 B, pipeline 16, Unix socket to Redis", Setup.SERVER_UNIX, 16, PIPELINED_OPS),
                ops("pair-p1", "Client and server, 64 B, pipeline 1", Setup.PAIR, 1, PAIR_OPS),
                ops("pair-p16", "Client and server, 64 B, pipeline 16", Setup.PAIR, 16, PAIR_PIPELINED_OPS),
                ops("psk-p1", "Client and server by a pre-shared key, 64 B, pipeline 1", Setup.PAIR_PSK, 1, PAIR_OPS),
                ops(
                        "psk-p16",
                        "Client and server by a pre-shared key, 64 B, pipeline 16",
                        Setup.PAIR_PSK,
                        16,
                        PAIR_PIPELINED_OPS),
                bulk(
                        "psk-down",
                        "Bulk from Redis by a pre-shared key, four connections",
                        "get",
                        Setup.PAIR_PSK,
                        4,
                        LARGE_OPS),
                coldOps(),
                coldHandshakes(),
                start(),
                memory());
    }

    private static Case ops(String name, String title, Setup setup, int pipeline, int requests) {
        RedisBenchmark benchmark = new RedisBenchmark(List.of("set", "get"), CLIENTS, pipeline, SMALL_BYTES, requests);
        return new Case(
                new Subject(name, title, how(benchmark, setup), List.of(Metric.CPU_OP, Metric.RATE)),
                setup,
                new Warm(OPS_SECONDS, Work.ops(benchmark)));
    }

    private static Case bulk(String name, String title, String test, Setup setup, int connections, int requests) {
        RedisBenchmark benchmark = new RedisBenchmark(List.of(test), connections, 1, LARGE_BYTES, requests);
        return new Case(
                new Subject(name, title, how(benchmark, setup), List.of(Metric.CPU_GB, Metric.GB)),
                setup,
                new Warm(OPS_SECONDS, Work.bulk(benchmark)));
    }

    private static String how(RedisBenchmark benchmark, Setup setup) {
        return "`"
                + String.join(" ", benchmark.command(new Endpoint(0, !setup.pair()), "cert.pem"))
                        .replace("-h 127.0.0.1 -p 0 ", "")
                + "`";
    }

    private static Case handshakes(String name, String title, Setup setup, boolean resumed) {
        String how = HANDSHAKES + " connections, " + HANDSHAKES_AT_ONCE + " at a time: connect, "
                + (resumed ? "handshake with a ticket" : "full handshake") + ", PING, PONG, close";
        return new Case(
                new Subject(name, title, how, List.of(Metric.CPU_CONNECTION, Metric.CONNECTIONS)),
                setup,
                new Warm(OPS_SECONDS, Work.handshakes(HANDSHAKES, HANDSHAKES_AT_ONCE, resumed)));
    }

    private static Case latency() {
        String how = "SET and GET of 64 B in turns, " + Work.LATENCY_RATE + " a second over " + CLIENTS
                + " connections for 5 s, counted from when each was due";
        return new Case(
                new Subject(
                        "latency",
                        "Latency at a fixed load",
                        how,
                        List.of(Metric.P99, Metric.P50, Metric.P999, Metric.CPU_OP)),
                Setup.SERVER,
                new Warm(5.3, Work.latency(CLIENTS)));
    }

    private static Case fanOut() {
        return new Case(
                new Subject(
                        "fan-out",
                        "Pub/sub to 1,000 subscribers",
                        "200 messages of 64 B, one after the other, to 1,000 subscribers of one channel; an op is a delivery",
                        List.of(Metric.CPU_OP, Metric.RATE)),
                Setup.SERVER,
                new Warm(4, Work.fanOut(1_000, 200, SMALL_BYTES)));
    }

    private static Case coldOps() {
        RedisBenchmark benchmark = new RedisBenchmark(List.of("set", "get"), CLIENTS, 1, SMALL_BYTES, COLD_OPS);
        return new Case(
                new Subject(
                        "cold-p1",
                        "Cold: 64 B, pipeline 1",
                        how(benchmark, Setup.SERVER)
                                + " in the first seconds, as soon as its port is open; what the start cost counts",
                        List.of(Metric.CPU_OP, Metric.RATE)),
                Setup.SERVER,
                new Fresh(6, MEMORY_ROUNDS, Work.cold(Work.ops(benchmark), Metric.CPU_OP, 2 * COLD_OPS, 1e6)));
    }

    private static Case coldHandshakes() {
        return new Case(
                new Subject(
                        "cold-handshake",
                        "Cold: full handshake, ECDSA P-256",
                        HANDSHAKES
                                + " connections in the first seconds, as soon as its port is open; what the start cost counts",
                        List.of(Metric.CPU_CONNECTION, Metric.CONNECTIONS)),
                Setup.SERVER,
                new Fresh(
                        4,
                        MEMORY_ROUNDS,
                        Work.cold(
                                Work.handshakes(HANDSHAKES, HANDSHAKES_AT_ONCE, false),
                                Metric.CPU_CONNECTION,
                                HANDSHAKES,
                                1e3)));
    }

    private static Case start() {
        return new Case(
                new Subject(
                        "start",
                        "From the start to the first handshake",
                        "a fresh process, tried each millisecond until a handshake and a PING have succeeded",
                        List.of(Metric.START)),
                Setup.SERVER,
                new Fresh(1.5, Integer.MAX_VALUE, Work.start()));
    }

    private static Case memory() {
        String how =
                "a fresh process; then 200 connections made and closed; then 2,000 and 9,000 that have had one PING and"
                        + " are silent: growth of PSS over that before them; read seven seconds after the last";
        return new Case(
                new Subject(
                        "memory",
                        "Memory, at rest and of idle connections",
                        how,
                        List.of(Metric.KB_9000, Metric.KB_2000, Metric.ABOVE_9000, Metric.PSS, Metric.RSS)),
                Setup.SERVER,
                new Fresh(MEMORY_SECONDS, MEMORY_ROUNDS, Work.memory()));
    }
}

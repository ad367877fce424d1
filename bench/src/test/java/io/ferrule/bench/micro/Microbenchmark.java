package io.ferrule.bench.micro;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How all of them are run: the collector that we ship with, a heap as small as a tunnel's, and threads like an event loop's. The
 * last two decide what Netty's allocator keeps for reuse.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgs = {"-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "--enable-native-access=ALL-UNNAMED"},
        jvmArgsAppend = {"-Djmh.executor=CUSTOM", "-Djmh.executor.class=io.ferrule.bench.micro.LoopLikeThreads"})
public abstract class Microbenchmark {}

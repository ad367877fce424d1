package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.ConfigReader;
import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import io.ferrule.config.Role;
import io.ferrule.net.PassedSockets;
import io.ferrule.testing.NotifySocketPeer;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Signs of life, and their absence. */
@Timeout(30)
class HeartbeatTest {
    private static final long PID = 4711;
    private static final Duration WATCHDOG = Duration.ofMillis(100);

    @TempDir
    Path directory;

    private final DefaultEventExecutorGroup group = new DefaultEventExecutorGroup(2);
    private final List<EventExecutor> loops = new ArrayList<>();
    private final List<CountDownLatch> blocked = new ArrayList<>();
    private final AtomicInteger alive = new AtomicInteger();
    private final Heartbeat heartbeat;

    HeartbeatTest() {
        group.forEach(loops::add);
        heartbeat = new Heartbeat(loops, alive::incrementAndGet);
    }

    @AfterEach
    void stop() {
        blocked.forEach(CountDownLatch::countDown); // also of a test that failed before
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void eachQuestionThatAllLoopsAnswerIsOneSignOfLife() throws Exception {
        heartbeat.beat();
        settle(loops);
        heartbeat.beat();
        settle(loops);
        assertThat(alive).hasValue(2);
    }

    @Test
    void loopThatIsStuckKeepsTheOthersSilentAndIsNotAskedAgain() throws Exception {
        CountDownLatch release = block(loops.get(0));
        heartbeat.beat();
        heartbeat.beat();
        settle(loops.subList(1, 2));
        assertThat(alive).hasValue(0);
        release.countDown();
        settle(loops);
        assertThat(alive).hasValue(1);
    }

    @Test
    void loopThatHasEndedIsNotAlive() throws Exception {
        DefaultEventExecutorGroup ended = new DefaultEventExecutorGroup(1);
        List<EventExecutor> both = new ArrayList<>(loops);
        ended.forEach(both::add);
        ended.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        Heartbeat half = new Heartbeat(both, alive::incrementAndGet);
        half.beat();
        half.beat();
        settle(loops);
        assertThat(alive).hasValue(0);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has such service managers")
    void watchdogIsToldAsLongAsEveryEventLoopTurns() throws Exception {
        try (NotifySocketPeer manager = NotifySocketPeer.in(directory);
                Application application = start();
                ServiceManager told = ServiceManager.of(environment(manager, PID), PID)) {
            told.ready(application);
            manager.nextWith("WATCHDOG=1");
            manager.nextWith("WATCHDOG=1");
            CountDownLatch release = block(application.loops().get(0));
            manager.within(WATCHDOG.multipliedBy(2)); // one may have been on its way
            manager.rest();
            assertThat(manager.within(WATCHDOG.multipliedBy(10))).isNull();
            release.countDown();
            manager.nextWith("WATCHDOG=1");
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has such service managers")
    void watchdogOfAnotherProcessIsNotTold() throws Exception {
        try (NotifySocketPeer manager = NotifySocketPeer.in(directory);
                Application application = start();
                ServiceManager told = ServiceManager.of(environment(manager, PID + 1), PID)) {
            told.ready(application);
            manager.nextWith("READY=1");
            assertThat(manager.within(WATCHDOG.multipliedBy(10))).isNull();
        }
    }

    @Test
    void withoutAManagerNobodyIsToldOfReloads() throws Exception {
        try (Application application = start();
                ServiceManager nobody = ServiceManager.of(Map.of(), PID)) {
            nobody.ready(application);
            nobody.reloading();
            nobody.reloaded("reload failed");
            nobody.stopping(Duration.ofSeconds(1));
            assertThat(alive).hasValue(0);
        }
    }

    private Application start() throws OperatorException {
        ProcessConfig config = ConfigReader.read(
                Role.SERVER,
                Map.of(
                        "listen", List.of("127.0.0.1:0"),
                        "access", List.of("anyone"),
                        "event-loops", List.of("2"),
                        "state-directory", List.of(directory.resolve("state").toString())),
                Map.of());
        return Application.start(config, "test", PassedSockets.none());
    }

    private static Map<String, String> environment(NotifySocketPeer manager, long watched) {
        Map<String, String> environment = new HashMap<>();
        environment.put("NOTIFY_SOCKET", manager.address());
        environment.put("WATCHDOG_USEC", Long.toString(TimeUnit.MILLISECONDS.toMicros(WATCHDOG.toMillis())));
        environment.put("WATCHDOG_PID", Long.toString(watched));
        return environment;
    }

    /** Returns once the loop is stuck. */
    private CountDownLatch block(EventExecutor loop) throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        blocked.add(release);
        loop.execute(() -> {
            stuck.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        stuck.await();
        return release;
    }

    /** Returns once the loops have done what was asked of them before. */
    private static void settle(List<EventExecutor> loops) throws Exception {
        for (EventExecutor loop : loops) {
            loop.submit(() -> {}).get();
        }
    }
}

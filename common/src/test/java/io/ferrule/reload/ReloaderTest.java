package io.ferrule.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReloaderTest {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final Reloader<String> reloader = new Reloader<>(this::reload);

    private String reload(String trigger) {
        begun.add(trigger);
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (trigger.equals("defect")) {
            throw new IllegalStateException("a defect");
        }
        done.add(trigger);
        return trigger;
    }

    @AfterEach
    void close() {
        mayEnd.countDown();
        reloader.close();
    }

    private static <T> T of(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void whoAsksDuringAReloadGetsAnotherAndSharesIt() throws Exception {
        CompletionStage<String> first = reloader.request("one");
        assertThat(begun.poll(20, TimeUnit.SECONDS)).isEqualTo("one");
        CompletionStage<String> second = reloader.request("two");
        CompletionStage<String> third = reloader.request("three");
        CompletableFuture<String> again = reloader.request("two").toCompletableFuture();
        assertThat(done).isEmpty();
        mayEnd.countDown();
        assertThat(of(first)).isEqualTo("one");
        assertThat(of(second)).isEqualTo("two, three");
        assertThat(of(third)).isEqualTo("two, three");
        assertThat(of(again)).isEqualTo("two, three");
        assertThat(done).containsExactly("one", "two, three");
    }

    @Test
    void defectFailsItsOwnRequestAndNoOther() throws Exception {
        mayEnd.countDown();
        assertThatThrownBy(() -> of(reloader.request("defect"))).hasRootCauseMessage("a defect");
        assertThat(of(reloader.request("next"))).isEqualTo("next");
    }

    @Test
    void afterItsEndNothingBegins() {
        mayEnd.countDown();
        reloader.close();
        assertThatThrownBy(() -> of(reloader.request("late"))).hasMessageContaining("RejectedExecution");
        assertThat(begun).isEmpty();
    }
}

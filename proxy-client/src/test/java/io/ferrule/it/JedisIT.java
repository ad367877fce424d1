package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Bytes;
import io.ferrule.testing.OwnThread;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/** Jedis, the blocking client, through the pair. */
class JedisIT {
    private static RedisPair redis;

    @BeforeAll
    static void start() {
        redis = new RedisPair();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    private static Jedis connect() {
        return new Jedis("127.0.0.1", redis.port(), 30_000);
    }

    @Test
    void pipelineIsAnsweredInOrder() {
        try (Jedis jedis = connect();
                Pipeline pipeline = jedis.pipelined()) {
            List<Response<Long>> answers = IntStream.range(0, 20_000)
                    .mapToObj(i -> pipeline.incr("jedis:sequence"))
                    .toList();
            pipeline.sync();
            assertThat(IntStream.range(0, 20_000)).allMatch(i -> answers.get(i).get() == i + 1);
        }
    }

    @Test
    void valueOf64MegabytesComesBackUnchanged() {
        byte[] key = "jedis:large".getBytes(StandardCharsets.US_ASCII);
        byte[] value = Bytes.random(64 << 20, 65);
        try (Jedis jedis = connect()) {
            jedis.set(key, value);
            assertThat(Bytes.of(jedis.get(key))).isEqualTo(Bytes.of(value));
            jedis.del(key);
        }
    }

    @Test
    void transactionIsExecutedWhole() {
        try (Jedis jedis = connect();
                AbstractTransaction transaction = jedis.multi()) {
            transaction.incr("jedis:counter");
            transaction.incrBy("jedis:counter", 41);
            assertThat(transaction.exec()).containsExactly(1L, 42L);
        }
    }

    @Test
    void subscriberGetsEveryMessageInOrder() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        JedisPubSub listener = new JedisPubSub() {
            @Override
            public void onSubscribe(String channel, int subscribed) {
                heard.add("subscribed");
            }

            @Override
            public void onMessage(String channel, String message) {
                heard.add(message);
            }
        };
        try (Jedis subscriber = connect();
                Jedis publisher = connect()) {
            CompletableFuture<Void> loop = OwnThread.run(() -> subscriber.subscribe(listener, "jedis:news"));
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("subscribed");
            for (int i = 0; i < 1_000; i++) {
                publisher.publish("jedis:news", "message " + i);
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("message " + i);
            }
            listener.unsubscribe();
            loop.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void blockedPopGetsWhatIsPushedLater() throws Exception {
        try (Jedis popper = connect();
                Jedis pusher = connect()) {
            CompletableFuture<List<String>> popped = OwnThread.supply(() -> popper.blpop(20, "jedis:queue"));
            org.awaitility.Awaitility.await().until(() -> pusher.info("clients").contains("blocked_clients:1"));
            pusher.lpush("jedis:queue", "job");
            assertThat(popped.get(10, TimeUnit.SECONDS)).containsExactly("jedis:queue", "job");
        }
    }

    @Test
    void thousandConnectionsAreServedAtOnceAndGoneAfterwards() {
        List<Jedis> connections = new ArrayList<>();
        try (Jedis observer = connect()) {
            for (int i = 0; i < 1_000; i++) {
                Jedis jedis = connect();
                connections.add(jedis);
                jedis.set("jedis:connection:" + i, Integer.toString(i));
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(connections.get(i).get("jedis:connection:" + i)).isEqualTo(Integer.toString(i));
            }
            assertThat(connectedClients(observer)).isGreaterThanOrEqualTo(1_001);
            connections.forEach(Jedis::close);
            org.awaitility.Awaitility.await("all connections to be gone").until(() -> connectedClients(observer) <= 2);
        } finally {
            connections.forEach(Jedis::close);
        }
    }

    private static int connectedClients(Jedis observer) {
        return observer.info("clients")
                .lines()
                .filter(line -> line.startsWith("connected_clients:"))
                .mapToInt(line -> Integer.parseInt(
                        line.substring("connected_clients:".length()).strip()))
                .findFirst()
                .orElseThrow();
    }
}

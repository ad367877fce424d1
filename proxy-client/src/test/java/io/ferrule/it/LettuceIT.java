package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.Bytes;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.util.Version;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

/** Lettuce, the non-blocking client with RESP3, through the pair. */
class LettuceIT {
    private static RedisPair redis;
    private static RedisClient client;

    @BeforeAll
    static void start() {
        redis = new RedisPair();
        client = RedisClient.create(uri());
    }

    @AfterAll
    static void stop() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        redis.close();
    }

    private static RedisURI uri() {
        return RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(redis.port())
                .withTimeout(Duration.ofSeconds(30))
                .build();
    }

    @Test
    void everyPartOfNettyIsOfTheVersionOfOurBomAndNotOfThatOfLettuce() {
        assertThat(Version.identify().values())
                .filteredOn(part -> !part.artifactId().contains("tcnative"))
                .extracting(Version::artifactVersion)
                .containsOnly(System.getProperty("it.netty.version"));
    }

    @Test
    void pipelineIsAnsweredInOrder() throws Exception {
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisAsyncCommands<String, String> commands = connection.async();
            connection.setAutoFlushCommands(false);
            List<RedisFuture<String>> answers = IntStream.range(0, 20_000)
                    .mapToObj(i -> commands.echo("echo " + i))
                    .toList();
            connection.flushCommands();
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).isEqualTo("echo " + i);
            }
        }
    }

    @Test
    void valueOf64MegabytesComesBackUnchanged() {
        byte[] key = "lettuce:large".getBytes(StandardCharsets.US_ASCII);
        byte[] value = Bytes.random(64 << 20, 66);
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            connection.sync().set(key, value);
            assertThat(Bytes.of(connection.sync().get(key))).isEqualTo(Bytes.of(value));
            connection.sync().del(key);
        }
    }

    @Test
    void transactionIsExecutedWhole() {
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisCommands<String, String> commands = connection.sync();
            commands.multi();
            commands.incr("lettuce:counter");
            commands.incrby("lettuce:counter", 41);
            TransactionResult result = commands.exec();
            assertThat(List.<Object>of(result.get(0), result.get(1))).containsExactly(1L, 42L);
        }
    }

    @Test
    void subscriberGetsEveryMessageInOrder() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub(StringCodec.UTF8);
                StatefulRedisConnection<String, String> publisher = client.connect()) {
            subscriber.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    heard.add(message);
                }
            });
            subscriber.sync().subscribe("lettuce:news");
            for (int i = 0; i < 1_000; i++) {
                publisher.sync().publish("lettuce:news", "message " + i);
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("message " + i);
            }
        }
    }

    @Test
    void blockedPopGetsWhatIsPushedLater() throws Exception {
        try (StatefulRedisConnection<String, String> popper = client.connect();
                StatefulRedisConnection<String, String> pusher = client.connect()) {
            var popped = popper.async().blpop(20, "lettuce:queue");
            org.awaitility.Awaitility.await()
                    .until(() -> pusher.sync().info("clients").contains("blocked_clients:1"));
            pusher.sync().lpush("lettuce:queue", "job");
            assertThat(popped.get(10, TimeUnit.SECONDS).getValue()).isEqualTo("job");
        }
    }

    @Test
    void thousandConnectionsOpenedTogetherAreAllServed() throws Exception {
        List<CompletableFuture<StatefulRedisConnection<String, String>>> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                connections.add(client.connectAsync(StringCodec.UTF8, uri()).toCompletableFuture());
            }
            List<RedisFuture<String>> answers = new ArrayList<>();
            for (var connection : connections) {
                answers.add(connection.get(60, TimeUnit.SECONDS).async().ping());
            }
            for (RedisFuture<String> answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("PONG");
            }
        } finally {
            connections.forEach(opened -> opened.join().close());
        }
    }
}

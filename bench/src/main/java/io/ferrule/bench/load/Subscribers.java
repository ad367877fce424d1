package io.ferrule.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;

/** Subscribers of one channel of Redis, each of which has to get every message; closing it closes them. */
public final class Subscribers implements AutoCloseable {
    private static final String CHANNEL = "$11\r\nload:fanout\r\n";
    private static final ByteBuf SUBSCRIBE = Conversation.text("*2\r\n$9\r\nSUBSCRIBE\r\n" + CHANNEL);
    private static final ByteBuf SUBSCRIBED = Conversation.text("*3\r\n$9\r\nsubscribe\r\n" + CHANNEL + ":1\r\n");

    private final Connections connections;
    private final int count;
    private long steps;
    /** Written before a message is published, so that whoever gets the message sees it. */
    private volatile ByteBuf message = SUBSCRIBED;

    Subscribers(Connections connections, int count) {
        this.connections = connections;
        this.count = count;
    }

    void open() throws IOException {
        connections.openAll(count, "subscribers of " + connections.to(), Subscriber::new);
        steps = count;
    }

    /**
     * Publishes messages of so many bytes, each when Redis has confirmed the one before, and waits until every subscriber has
     * all of them. One caller at a time.
     *
     * @param publisher connections to the same Redis, to be used for one publisher
     */
    Done publish(Connections publisher, int messages, int bytes) throws IOException {
        String payload = "$" + bytes + "\r\n" + "m".repeat(bytes) + "\r\n";
        message = Conversation.text("*3\r\n$7\r\nmessage\r\n" + CHANNEL + payload);
        long start = System.nanoTime();
        publisher.connect(false, new Publisher(publisher, messages, payload));
        publisher.progress().await(messages, "messages published through " + publisher.to());
        long deliveries = (long) count * messages;
        steps += deliveries;
        connections.progress().await(steps, "subscriptions and deliveries by " + connections.to());
        return new Done(deliveries, (System.nanoTime() - start) / 1e9, 0);
    }

    @Override
    public void close() {
        connections.close();
    }

    private final class Subscriber extends Conversation {
        private boolean subscribed;

        Subscriber() {
            super(connections);
        }

        @Override
        void opened(ChannelHandlerContext ctx, boolean resumed) {
            send(ctx, SUBSCRIBE);
        }

        @Override
        ByteBuf expected() {
            return subscribed ? message : SUBSCRIBED;
        }

        @Override
        void answered(ChannelHandlerContext ctx) {
            subscribed = true;
            connections.progress().step();
        }
    }

    private final class Publisher extends Conversation {
        private final Progress progress;
        private final ByteBuf request;
        private final ByteBuf answer = text(":" + count + "\r\n");
        private int left;

        Publisher(Connections publisher, int messages, String payload) {
            super(publisher);
            this.progress = publisher.progress();
            this.left = messages;
            this.request = text("*3\r\n$7\r\nPUBLISH\r\n" + CHANNEL + payload);
        }

        @Override
        void opened(ChannelHandlerContext ctx, boolean resumed) {
            send(ctx, request);
        }

        @Override
        ByteBuf expected() {
            return answer;
        }

        @Override
        void answered(ChannelHandlerContext ctx) {
            progress.step();
            if (--left > 0) {
                send(ctx, request);
            }
        }
    }
}

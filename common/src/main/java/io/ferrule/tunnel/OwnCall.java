package io.ferrule.tunnel;

import io.ferrule.backend.Backend;
import io.ferrule.backend.ConnectTries;
import io.ferrule.backend.Targets;
import io.ferrule.config.Address;
import io.ferrule.config.TunnelConfig;
import io.ferrule.connection.OwnClient;
import io.ferrule.net.InheritedSocket;
import io.ferrule.net.LegOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** One connection of a tunnel that nobody comes in at: its client is a program, or whoever started this process. */
final class OwnCall {
    private final TunnelParts parts;
    private final BiConsumer<Channel, SocketAddress> accept;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile CompletionStage<Void> delivered = CompletableFuture.completedFuture(null);

    /**
     * Not begun yet.
     *
     * @param accept what is done with a connection that comes in, on its event loop, and before it is read
     */
    OwnCall(TunnelParts parts, BiConsumer<Channel, SocketAddress> accept) {
        this.parts = parts;
        this.accept = accept;
    }

    /**
     * Makes the connection.
     *
     * @return done when nothing is left of it; fails if its client cannot be had
     */
    CompletionStage<Void> begin() {
        Address client = parts.config().accept().listen();
        try {
            Optional<InheritedSocket> socket = client instanceof Address.Standard
                    ? InheritedSocket.find(parts.environment().transport())
                    : Optional.empty();
            if (socket.isPresent()) {
                take(socket.get());
            } else {
                connect(client);
            }
        } catch (IOException e) {
            ended.completeExceptionally(e);
        }
        return ended;
    }

    private EventLoop loop() {
        return parts.environment().loops().next();
    }

    private LegOptions options() {
        TunnelConfig config = parts.config();
        return LegOptions.of(config.limits(), config.timeouts());
    }

    private void take(InheritedSocket socket) {
        Channel channel = socket.channel();
        options().apply(channel);
        channel.pipeline().addLast(new Accepting(socket.peer()));
        loop().register(channel).addListener(registered -> {
            if (registered.isSuccess()) {
                follow(channel);
            } else {
                ended.completeExceptionally(registered.cause());
            }
        });
    }

    private void connect(Address client) {
        Accepting accepting = new Accepting(OwnClient.STARTER);
        Backend backend = new Backend(
                Targets.of(client),
                parts.environment().transport(),
                options(),
                parts.config().timeouts().connect(),
                parts.environment().names());
        backend.connect(loop(), accepting, new Starting(accepting)).addListener((Future<Channel> connected) -> {
            if (connected.isSuccess()) {
                follow(connected.getNow());
            } else {
                ended.completeExceptionally(connected.cause());
            }
        });
    }

    private void follow(Channel channel) {
        channel.closeFuture()
                .addListener(closed -> parts.registry().whenEmpty(() -> delivered.thenRun(() -> ended.complete(null))));
    }

    /** Hands the connection over as one that came in. */
    private final class Accepting extends ChannelInitializer<Channel> {
        private SocketAddress client;

        Accepting(SocketAddress client) {
            this.client = client;
        }

        @Override
        protected void initChannel(Channel channel) {
            accept.accept(channel, client);
        }
    }

    /** On the event loop. */
    private final class Starting implements ConnectTries {
        private final Accepting accepting;

        Starting(Accepting accepting) {
            this.accepting = accepting;
        }

        @Override
        public void delivers(CompletionStage<Void> all) {
            delivered = all;
        }

        @Override
        public void started(long pid) {
            accepting.client = OwnClient.program(pid);
        }

        @Override
        public void ended(long pid, int status) {
            parts.environment().observer().programEnded(pid, status);
        }
    }
}

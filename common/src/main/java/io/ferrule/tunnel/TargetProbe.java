package io.ferrule.tunnel;

import io.ferrule.backend.Backend;
import io.ferrule.config.Address;
import io.ferrule.config.SendProxy;
import io.ferrule.connection.Leg;
import io.ferrule.proxyprotocol.OutgoingHeader;
import io.ferrule.tls.SecureContext;
import io.ferrule.tls.SecureStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Finds out whether a tunnel's target answers, by the very steps of a connection's connect leg. */
final class TargetProbe {
    /** How long a target may take to refuse us after a handshake that was well for it and for us (RFC 8446 §4.4.2.4). */
    private static final long REFUSAL_MILLIS = 1_000;
    /** How long the target may take to say that it has finished too. */
    private static final long LEAVE_MILLIS = 1_000;

    private final TunnelParts parts;
    private final String target;
    private final Backend backend;
    private final CompletableFuture<ProbeOutcome> outcome = new CompletableFuture<>();

    /** Of one of {@link TunnelParts#targets}. */
    TargetProbe(TunnelParts parts, String target, Backend backend) {
        this.parts = parts;
        this.target = target;
        this.backend = backend;
    }

    CompletionStage<ProbeOutcome> run(EventLoop loop) {
        Address first = parts.config().connect().target();
        if (first instanceof Address.Asked || first instanceof Address.Original) {
            answer(true, "each client says where its connection goes");
            return outcome;
        }
        backend.connect(loop, new ConnectLeg()).addListener((Future<Channel> done) -> {
            if (done.isSuccess()) {
                connected(done.getNow());
            } else {
                answer(false, String.valueOf(done.cause().getMessage()));
            }
        });
        return outcome;
    }

    private void connected(Channel channel) {
        SecureStream tls = channel.pipeline().get(SecureStream.class);
        if (tls == null) {
            answer(true, target + " accepts connections");
            channel.close();
            return;
        }
        long limit = parts.config().timeouts().handshake().toMillis();
        Future<?> deadline = channel.eventLoop().schedule(() -> channel.close(), limit, TimeUnit.MILLISECONDS);
        tls.handshake().addListener(done -> {
            deadline.cancel(false);
            if (done.isSuccess()) {
                awaitAcceptance(channel, tls, target + " accepts connections and is verified");
            } else {
                answer(false, String.valueOf(done.cause().getMessage()));
                channel.close();
            }
        });
    }

    private void awaitAcceptance(Channel channel, SecureStream tls, String well) {
        channel.config().setAutoRead(true);
        String silent = parts.material().connect().isEmpty()
                ? well
                : well + "; it has not said yet whether it accepts this client's certificate";
        Future<?> grace = channel.eventLoop()
                .schedule(
                        () -> {
                            answer(true, silent);
                            leave(channel, tls);
                        },
                        REFUSAL_MILLIS,
                        TimeUnit.MILLISECONDS);
        tls.accepted().addListener(proof -> {
            if (!grace.cancel(false)) {
                return; // the answer is given
            }
            if (proof.isSuccess()) {
                parts.backoff().accepted();
                answer(true, well);
                leave(channel, tls);
            } else {
                answer(false, String.valueOf(proof.cause().getMessage()));
                channel.close();
            }
        });
    }

    /** As a client that has finished does: an end without it would stand as a reset in the log of the target. */
    private static void leave(Channel channel, SecureStream tls) {
        channel.config().setAutoRead(true); // up to the target's close_notify; then Nothing closes
        tls.shutdownOutput();
        Future<?> deadline = channel.eventLoop().schedule(() -> channel.close(), LEAVE_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> deadline.cancel(false));
    }

    private final class ConnectLeg extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            SendProxy version = parts.config().connect().proxy();
            if (version != SendProxy.OFF) {
                TunnelPipeline.sendHeader(channel, OutgoingHeader.ofOurselves(version));
            }
            SecureContext context = parts.tls().context(Leg.CONNECT);
            if (context != null) {
                channel.pipeline()
                        .addLast(context.newHandler(
                                channel.eventLoop(), parts.tls().serverName(Leg.CONNECT)));
            }
            channel.pipeline().addLast(new Nothing());
        }
    }

    private void answer(boolean answers, String detail) {
        outcome.complete(new ProbeOutcome(answers, detail));
    }

    /** Stands where the relay would, ignores what comes, and closes when nothing more will. */
    private static final class Nothing extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                ctx.close();
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ReferenceCountUtil.release(msg);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}

package io.ferrule.admin;

import io.ferrule.observe.Printable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one request after another: the next is read once the last one's answer has gone. */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

    private final Site site;
    private final HostGuard hosts;
    private boolean answering;
    private boolean inputEnded;
    private boolean lingering;

    AdminHandler(Site site, HostGuard hosts) {
        this.site = site;
        this.hosts = hosts;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (lingering) {
            return;
        }
        answering = true;
        ctx.channel().config().setAutoRead(false);
        boolean head = request.method().equals(HttpMethod.HEAD);
        boolean malformed = request.decoderResult().isFailure();
        boolean keepAlive = HttpUtil.isKeepAlive(request) && !malformed;
        answer(request).exceptionally(AdminHandler::defect).thenAccept(answer -> ctx.executor()
                .execute(() -> {
                    FullHttpResponse response = response(ctx, answer, head);
                    HttpUtil.setKeepAlive(response, keepAlive);
                    ctx.writeAndFlush(response).addListener(written -> {
                        if (written.isSuccess()) {
                            answered(ctx, keepAlive, malformed);
                        } else {
                            ctx.close(); // a failed write closes nothing by itself, see LegOptions
                        }
                    });
                }));
    }

    private void answered(ChannelHandlerContext ctx, boolean keepAlive, boolean malformed) {
        answering = false;
        if (inputEnded || !(keepAlive || malformed)) {
            var unused = ctx.close();
            return;
        }
        if (malformed && ctx.channel() instanceof DuplexChannel duplex) {
            // Closing with bytes unread would reset, and the reset may overtake the answer. The deadline ends this.
            lingering = true;
            var unused = duplex.shutdownOutput();
        }
        ctx.channel().config().setAutoRead(true);
    }

    /** The peer has finished sending: the answer under way is its last. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            if (!answering) {
                var unused = ctx.close();
            }
        }
        super.userEventTriggered(ctx, event);
    }

    private CompletionStage<Answer> answer(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return now(malformed(request.decoderResult().cause()));
        }
        String host = request.headers().get(HttpHeaderNames.HOST);
        if (host == null && request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return now(Answer.text(HttpResponseStatus.BAD_REQUEST, "the Host header is missing (RFC 9112 §3.2)"));
        }
        if (!hosts.allows(host)) {
            return now(Answer.text(
                    HttpResponseStatus.FORBIDDEN,
                    "the Host header \"" + host + "\" is not this machine; ask for localhost or a numeric address"));
        }
        HttpMethod method = request.method();
        boolean post = method.equals(HttpMethod.POST);
        if (!post && !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            return now(Answer.methodNotAllowed(Printable.line(method.name()), Site.READING));
        }
        if (post && isOfAPage(request.headers())) {
            return now(Answer.text(
                    HttpResponseStatus.FORBIDDEN, "a web page has sent this; use a program such as curl, or SIGHUP"));
        }
        try {
            return post
                    ? site.post(request.uri())
                    : site.get(request.uri(), request.headers().get(HttpHeaderNames.ACCEPT));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * True if a browser sent it for a page: any page may post to 127.0.0.1 without asking. Browsers send Origin with every POST
     * (Fetch standard, "append a request Origin header"), and Sec-Fetch-Site with every request.
     */
    private static boolean isOfAPage(HttpHeaders headers) {
        return headers.contains(HttpHeaderNames.ORIGIN)
                || !headers.get("sec-fetch-site", "none").strip().equalsIgnoreCase("none");
    }

    private static CompletionStage<Answer> now(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static Answer malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Answer.text(HttpResponseStatus.REQUEST_URI_TOO_LONG, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Answer.text(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too large");
        }
        return Answer.text(HttpResponseStatus.BAD_REQUEST, "this is not HTTP/1.1");
    }

    private static Answer defect(Throwable e) {
        LOG.atError().setCause(e).log("admin page failed with a defect in Ferrule");
        return Answer.text(HttpResponseStatus.INTERNAL_SERVER_ERROR, "a defect in Ferrule; the log has a stack trace");
    }

    private static FullHttpResponse response(ChannelHandlerContext ctx, Answer answer, boolean head) {
        ByteBuf body = ByteBufUtil.writeUtf8(ctx.alloc(), answer.body());
        int length = body.readableBytes();
        if (head) {
            body.release();
            body = Unpooled.EMPTY_BUFFER;
        }
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-content-type-options", "nosniff");
        if (!answer.allow().isEmpty()) {
            response.headers().set(HttpHeaderNames.ALLOW, answer.allow());
        }
        return response;
    }

    /** The peer's doing: reset, or a request that the decoder gave up on. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.atDebug().setCause(cause).log("admin connection failed");
        var unused = ctx.close();
    }
}

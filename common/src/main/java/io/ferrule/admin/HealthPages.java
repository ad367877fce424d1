package io.ferrule.admin;

import io.ferrule.observe.Printable;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The two pages that say how the process is: does it run, and is it of use? */
final class HealthPages implements Site {
    static final String LIVE = "/livez";
    static final String READY = "/readyz";

    private final Readiness readiness;
    private final BooleanSupplier draining;

    HealthPages(Readiness readiness, BooleanSupplier draining) {
        this.readiness = readiness;
        this.draining = draining;
    }

    @Override
    public CompletionStage<Answer> get(String uri, @Nullable String accept) {
        QueryStringDecoder query = new QueryStringDecoder(uri);
        try {
            return switch (query.path()) {
                case LIVE -> now(Answer.ok("ok"));
                case READY -> ready(query.parameters().containsKey("verbose"));
                default -> now(Answer.text(HttpResponseStatus.NOT_FOUND, "there is " + LIVE + " and " + READY));
            };
        } catch (IllegalArgumentException notDecodable) {
            return now(Answer.text(HttpResponseStatus.BAD_REQUEST, "the path or the query is malformed"));
        }
    }

    private CompletionStage<Answer> ready(boolean verbose) {
        if (draining.getAsBoolean()) {
            return now(Answer.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "draining"));
        }
        return readiness.ask().thenApply(report -> {
            StringBuilder body = new StringBuilder(report.ready() ? "ready\n" : "not ready\n");
            report.lines().forEach(line -> body.append(describe(line, verbose)).append('\n'));
            return Answer.text(
                    report.ready() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE, body.toString());
        });
    }

    private static String describe(Readiness.Line line, boolean verbose) {
        boolean answers = line.outcome().answers();
        String state = line.tunnel() + ": " + (answers ? "ok" : "failed");
        String detail = Printable.block(line.outcome().detail());
        return detail.isEmpty() || (answers && !verbose) ? state : state + ": " + detail;
    }

    private static CompletionStage<Answer> now(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}

package io.ferrule.admin;

import io.ferrule.observe.Printable;
import io.ferrule.observe.PrometheusText;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every page of the admin endpoint, by its path. */
public final class Pages implements Site {
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);
    private static final String RELOAD = "/reload";
    private static final String INDEX =
            """
            Ferrule

            /livez          ok while the process runs
            /readyz         whether every tunnel's target answers; 503 if not, and while draining (?verbose)
            /metrics        for Prometheus
            /connections    open connections as JSON (?limit=1000&after=ID)
            /config         the config in force, secrets hidden
            /explain        who may connect, what is verified, what travels in plaintext
            /reload         POST reads the configuration anew
            """;

    private final ConnectionsPage connections;
    private final HealthPages health;
    private final PrometheusText metrics;
    private final ProcessView process;

    Pages(TunnelViews tunnels, PrometheusText metrics, ProcessView process) {
        this.connections = new ConnectionsPage(tunnels.withConnections());
        this.health =
                new HealthPages(new Readiness(tunnels.running(), PROBE_LIMIT, System::nanoTime), process.draining());
        this.metrics = metrics;
        this.process = process;
    }

    /** Those of a process. */
    public static Pages of(AdminSources sources) {
        return new Pages(TunnelViews.of(sources.tunnels()), sources.metrics(), sources.process());
    }

    /** Two of them alone, which ask the targets together with these. */
    HealthPages health() {
        return health;
    }

    @Override
    public CompletionStage<Answer> get(String uri, @Nullable String accept) {
        QueryStringDecoder query = new QueryStringDecoder(uri);
        String path;
        try {
            path = query.path();
            query.parameters(); // kept; a later call does not decode again
        } catch (IllegalArgumentException notDecodable) {
            return now(Answer.text(HttpResponseStatus.BAD_REQUEST, "the path or the query is malformed"));
        }
        return switch (path) {
            case "/" -> now(Answer.ok(INDEX));
            case HealthPages.LIVE -> health.get(uri, accept);
            case HealthPages.READY -> health.get(uri, accept).thenApply(answer -> withExpiry(answer, query));
            case "/metrics" -> now(metrics(accept));
            case "/connections" -> now(connections(query));
            case RELOAD -> now(Answer.methodNotAllowed("GET", "POST"));
            case "/config" -> now(Answer.ok(process.config().get()));
            case "/explain" -> now(Answer.ok(process.explanation().get()));
            default -> now(notFound(path));
        };
    }

    @Override
    public CompletionStage<Answer> post(String uri) {
        return uri.equals(RELOAD) ? process.reload().get().thenApply(Pages::reloaded) : Site.super.post(uri);
    }

    private static Answer reloaded(ReloadAnswer answer) {
        HttpResponseStatus status =
                switch (answer.outcome()) {
                    case DONE -> HttpResponseStatus.OK;
                    case REFUSED -> HttpResponseStatus.UNPROCESSABLE_ENTITY;
                    case TOO_LATE -> HttpResponseStatus.CONFLICT;
                };
        String harmless = answer.text().lines().map(Printable::line).collect(Collectors.joining("\n"));
        return Answer.text(status, harmless);
    }

    private static CompletionStage<Answer> now(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** What ends soon does not make a process less ready: taking it out of service would renew nothing. */
    private Answer withExpiry(Answer answer, QueryStringDecoder query) {
        return query.parameters().containsKey("verbose")
                ? answer.followedBy(process.expiry().get())
                : answer;
    }

    private static Answer notFound(String path) {
        return Answer.text(
                HttpResponseStatus.NOT_FOUND, "there is no " + Printable.line(path) + " here; / lists what there is");
    }

    private Answer metrics(@Nullable String accept) {
        PrometheusText.Scrape scrape = metrics.scrape(accept);
        return Answer.ok(scrape.contentType(), scrape.text());
    }

    private Answer connections(QueryStringDecoder query) {
        try {
            long limit = number(query, "limit", ConnectionsPage.DEFAULT_LIMIT, ConnectionsPage.MAX_LIMIT);
            long after = number(query, "after", 0, Long.MAX_VALUE);
            return Answer.ok("application/json", connections.json((int) limit, after));
        } catch (IllegalArgumentException e) {
            return Answer.text(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private static long number(QueryStringDecoder query, String name, long otherwise, long maximum) {
        List<String> values = query.parameters().getOrDefault(name, List.of());
        if (values.isEmpty()) {
            return otherwise;
        }
        String value = values.get(0);
        if (value.matches("\\d{1,18}") && Long.parseLong(value) <= maximum) {
            return Long.parseLong(value);
        }
        throw new IllegalArgumentException(
                name + "=" + Printable.line(value) + " is not a number from 0 to " + maximum);
    }
}

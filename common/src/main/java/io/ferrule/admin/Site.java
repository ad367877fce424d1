package io.ferrule.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What an HTTP listener of ours has to show. */
interface Site {
    /** The methods of what can only be looked at. */
    String READING = "GET, HEAD";

    /**
     * The answer to a GET; it may complete on any thread.
     *
     * @param uri path and query as asked for
     * @param accept the Accept header; null without
     */
    CompletionStage<Answer> get(String uri, @Nullable String accept);

    /**
     * The answer to a POST that no other site has sent; it may complete on any thread.
     *
     * @param uri path and query as asked for
     */
    default CompletionStage<Answer> post(String uri) {
        return CompletableFuture.completedFuture(Answer.methodNotAllowed("POST", READING));
    }
}

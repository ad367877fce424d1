package io.ferrule.admin;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What an HTTP listener of ours has to show. */
interface Site {
    /**
     * The answer to a GET; it may complete on any thread.
     *
     * @param uri path and query as asked for
     * @param accept the Accept header; null without
     */
    CompletionStage<Answer> get(String uri, @Nullable String accept);
}

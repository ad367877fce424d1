package io.ferrule.admin;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the endpoint asks of the process itself, at each request, on the admin loop.
 *
 * @param config the config in force, secrets already hidden
 * @param explanation who may connect, what is verified and so on, in plain words
 * @param expiry what ends when, a line each, the soonest first; bounded
 * @param draining true once the process has been told to stop
 * @param reload reads the configuration anew, and completes on any thread; must not block
 */
public record ProcessView(
        Supplier<String> config,
        Supplier<String> explanation,
        Supplier<List<String>> expiry,
        BooleanSupplier draining,
        Supplier<CompletionStage<ReloadAnswer>> reload) {}

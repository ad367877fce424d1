package io.ferrule.testing;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * What this run did not test, and why: printed when it happens and once more at the end of the run. Where nothing may be
 * left out ({@code CI=true} in the environment, or {@code -Dtest.require=all}), it is a failure instead.
 */
public final class LeftOut implements AutoCloseable {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeftOut.class);

    private final Map<String, String> reasons = new TreeMap<>();

    private LeftOut() {}

    private static LeftOut of(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(LeftOut.class, k -> new LeftOut(), LeftOut.class);
    }

    /** True if a tool that could have been installed must not be missing. */
    public static boolean nothingMayBe() {
        return "true".equals(System.getenv("CI")) || "all".equals(System.getProperty("test.require"));
    }

    /** Leaves out what this context is of, or fails where nothing may be. */
    static ConditionEvaluationResult decide(ExtensionContext context, String reason) {
        if (nothingMayBe()) {
            throw new IllegalStateException(
                    reason + ", and this run must not leave anything out (CI or -Dtest.require=all)");
        }
        of(context).add(context.getRequiredTestClass().getSimpleName() + ", " + context.getDisplayName(), reason);
        return ConditionEvaluationResult.disabled(reason);
    }

    /** Ends the running test as skipped, with the reason printed. */
    public static TestAbortedException skip(String what, String reason) {
        System.out.println("[left out] " + what + ": " + reason);
        return new TestAbortedException(reason);
    }

    private synchronized void add(String what, String reason) {
        if (reasons.put(what, reason) == null) {
            System.out.println("[left out] " + what + ": " + reason);
        }
    }

    /** Called by JUnit at the end of the run. */
    @Override
    public synchronized void close() {
        if (reasons.isEmpty()) {
            return;
        }
        System.out.println("[left out] not tested in this run, with what is missing:");
        reasons.forEach((what, reason) -> System.out.println("[left out]   " + what + ": " + reason));
    }
}

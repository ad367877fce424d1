package io.ferrule.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides for {@link NeedsDocker}. */
final class NeedsDockerCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return DockerEngine.whyNot()
                .map(reason -> {
                    if ("docker".equals(System.getProperty("test.redis"))) {
                        throw new IllegalStateException("-Dtest.redis=docker, but " + reason);
                    }
                    LeftOut.of(context)
                            .add(
                                    context.getRequiredTestClass().getSimpleName() + ", " + context.getDisplayName(),
                                    reason);
                    return ConditionEvaluationResult.disabled(reason);
                })
                .orElseGet(() -> ConditionEvaluationResult.enabled("an engine answers"));
    }
}

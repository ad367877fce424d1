package io.ferrule.testing;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides for {@link NeedsDocker}. */
final class NeedsDockerCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getElement()
                .flatMap(element -> AnnotationSupport.findAnnotation(element, NeedsDocker.class))
                .flatMap(NeedsDockerCondition::whyNot)
                .map(reason -> LeftOut.decide(context, reason))
                .orElseGet(() -> ConditionEvaluationResult.enabled("nothing is missing"));
    }

    private static Optional<String> whyNot(NeedsDocker needs) {
        return DockerEngine.whyNot().or(() -> Arrays.stream(needs.value())
                .map(TestImages::of)
                .map(DockerEngine::whyNot)
                .flatMap(Optional::stream)
                .findFirst());
    }
}

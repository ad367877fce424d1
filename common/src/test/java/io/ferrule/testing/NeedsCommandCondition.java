package io.ferrule.testing;

import java.util.Arrays;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides for {@link NeedsCommand}. */
final class NeedsCommandCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getElement()
                .flatMap(element -> AnnotationSupport.findAnnotation(element, NeedsCommand.class))
                .map(needs -> evaluate(context, needs.value()))
                .orElseGet(() -> ConditionEvaluationResult.enabled("needs nothing"));
    }

    private static ConditionEvaluationResult evaluate(ExtensionContext context, String[] names) {
        if (Arrays.stream(names).anyMatch(name -> CommandResult.find(name).isPresent())) {
            return ConditionEvaluationResult.enabled("found");
        }
        return LeftOut.decide(context, String.join(" or ", names) + " is not installed");
    }
}

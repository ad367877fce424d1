package io.ferrule.tunnel;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a tunnel's target answers.
 *
 * @param answers the connect leg could be set up whole: connected and, with TLS, verified
 * @param detail what happened, one sentence for an operator
 */
public record ProbeOutcome(boolean answers, String detail) {
    /** Of several targets those that do not answer are told, if there are any. */
    static ProbeOutcome together(List<ProbeOutcome> outcomes) {
        boolean answer = outcomes.stream().allMatch(ProbeOutcome::answers);
        return new ProbeOutcome(
                answer,
                outcomes.stream()
                        .filter(each -> each.answers() == answer)
                        .map(ProbeOutcome::detail)
                        .collect(Collectors.joining("; ")));
    }
}

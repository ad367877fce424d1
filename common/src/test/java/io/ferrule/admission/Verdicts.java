package io.ferrule.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Verdict;

/** What the tests of rules ask of a verdict. */
final class Verdicts {
    private Verdicts() {}

    static Verdict.Refused assertRefused(Verdict verdict, HandshakeFailure failure) {
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        Verdict.Refused refused = (Verdict.Refused) verdict;
        assertThat(refused.failure()).as(refused.explanation()).isEqualTo(failure);
        assertThat(refused.explanation()).isNotBlank();
        return refused;
    }
}

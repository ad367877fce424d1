package io.ferrule.dist.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Manual;
import io.ferrule.testing.NeedsCommand;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every alert fires and keeps quiet as its example says. */
class AlertRulesTest {
    private static final String EXAMPLES = "docker/src/test/prometheus/ferrule.rules.test.yaml";

    @Test
    @NeedsCommand("promtool")
    void everyAlertFiresAndKeepsQuietAsItsExampleSays() {
        CommandResult.of(
                        "promtool",
                        "test",
                        "rules",
                        Manual.root().resolve(EXAMPLES).toString())
                .orFail();
    }

    @Test
    void everyAlertHasAnExampleInWhichItFires() {
        List<String> fired = Tree.maps(Tree.ofFile(EXAMPLES), "tests").stream()
                .flatMap(test -> Tree.maps(test, "alert_rule_test").stream())
                .filter(example -> !Tree.maps(example, "exp_alerts").isEmpty())
                .map(example -> String.valueOf(example.get("alertname")))
                .toList();
        assertThat(AlertRules.all())
                .isNotEmpty()
                .extracting(AlertRules.Alert::name)
                .isSubsetOf(fired);
    }
}

package io.ferrule.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class JsonTest {
    @Test
    void writesNestedFieldsWithCommasBetween() {
        String json = Json.object(o -> o.field("n", 1)
                .field("s", "x")
                .field("none", null)
                .field("b", true)
                .array("list", List.of(1, 2), (item, i) -> item.field("i", i))
                .array("empty", List.of(), (item, i) -> {})
                .object("nested", n -> n.field("k", "v")));
        assertThat(json)
                .isEqualTo("{\"n\":1,\"s\":\"x\",\"none\":null,\"b\":true,\"list\":[{\"i\":1},{\"i\":2}],\"empty\":[],"
                        + "\"nested\":{\"k\":\"v\"}}\n");
    }

    @Test
    void everyCharacterSurvivesAndNoneOfThemIsAControl() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x3000; c++) {
            all.append(c);
        }
        all.append("😀");
        String json = Json.object(o -> o.field("all", all.toString()));
        assertThat(json.strip()).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
        // JSON is YAML 1.2 too, and that parser is at hand.
        assertThat(new Load(LoadSettings.builder().build()).loadFromString(json))
                .isEqualTo(Map.of("all", all.toString()));
    }

    @Test
    void quoteAndBackslashCannotEndTheString() {
        assertThat(Json.object(o -> o.field("k", "\"},\\"))).isEqualTo("{\"k\":\"\\\"},\\\\\"}\n");
    }

    @Test
    void loneSurrogateIsEscapedBecauseItHasNoUtf8() {
        assertThat(Json.object(o -> o.field("k", "\ud800"))).isEqualTo("{\"k\":\"\\ud800\"}\n");
    }
}

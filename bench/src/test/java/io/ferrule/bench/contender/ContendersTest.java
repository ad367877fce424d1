package io.ferrule.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContendersTest {
    @Test
    void ferruleIsFirstAndRunsWithItsDefaults() {
        Contender first = Contenders.installed(List.of()).get(0);
        assertThat(first.name()).isEqualTo("ferrule");
        assertThat(first.settings()).startsWith("`java -jar proxy-server.jar run`, shipped defaults otherwise");
    }

    @Test
    void variantHasItsOwnJavaOptionsAndFlags() {
        Ferrule variant =
                (Ferrule) Contenders.variant("io_uring,java=/opt/java,jvm=-Xmx64m -Xint,flags=--transport io_uring");
        assertThat(variant.java()).isEqualTo("/opt/java");
        assertThat(variant.jvm()).containsExactly("-Xmx64m", "-Xint");
        assertThat(variant.flags()).containsExactly("--transport", "io_uring");
        assertThat(variant.serverJar()).isEqualTo(Path.of("proxy-server/target/proxy-server.jar"));
    }

    @Test
    void variantWithAnUnknownKeyIsRefused() {
        assertThatThrownBy(() -> Contenders.variant("new,heap=64m"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("variant new,heap=64m: \"heap=64m\" is not java=, server=, client=, jvm= or flags=");
    }
}

package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionSharesTest {
    private static final String TWO =
            """
            tunnels:
              a: {listen: 127.0.0.1:1001, access: anyone}
              b: {listen: 127.0.0.1:1002, access: anyone, max-connections: 500}
            """;

    @Test
    void tunnelThatSaysNothingHoldsWhatTheHeapDoes() {
        assertThat(connections(Told.server().heapMebibytes(32))).containsExactly(1024);
        assertThat(connections(Told.server().heapMebibytes(64))).containsExactly(5120);
    }

    @Test
    void largeHeapLeavesTheDefault() {
        assertThat(connections(Told.server().heapMebibytes(1 << 20))).containsExactly(Limits.DEFAULT.connections());
    }

    @Test
    void tinyHeapHoldsSomeAllTheSame() {
        assertThat(connections(Told.server().heapMebibytes(12))).containsExactly(64);
    }

    @Test
    void thousandConnectionsFitIntoTheHeapOfASmallContainer() {
        assertThat(Told.server()
                        .heapMebibytes(32)
                        .flag("max-connections", "1000")
                        .problems())
                .isEmpty();
    }

    @Test
    void moreThanTheHeapHoldsIsRefusedWithTheHeapThatItNeeds() {
        assertThat(Told.server()
                        .heapMebibytes(64)
                        .flag("max-connections", "5121")
                        .problems())
                .containsExactly(
                        "--max-connections: 5121 connections do not fit into Java's heap of 64 MiB, which holds"
                                + " 5120: lower it, or give Java -Xmx68m, such as by JDK_JAVA_OPTIONS=-Xmx68m, and a container"
                                + " the memory for that");
    }

    @Test
    void heapThatIsAdvisedIsEnough() {
        for (int wanted : new int[] {65, 1_000, 5_121, 10_000, 1_000_000}) {
            long told = Capacity.heapMebibytesFor(wanted) << 20;
            long counted = told * 29 / 30; // without one survivor space of the serial collector's young third
            assertThat(new Capacity(counted).connections()).isGreaterThanOrEqualTo(wanted);
        }
    }

    @Test
    void tunnelsThatSayNothingShareWhatTheOthersLeave(@TempDir Path dir) {
        assertThat(connections(Told.nothing(Role.SERVER).file(dir, TWO).heapMebibytes(32)))
                .containsExactly(524, 500);
    }

    @Test
    void tunnelsTogetherMustFitToo(@TempDir Path dir) {
        String three = TWO + "  c: {listen: 127.0.0.1:1003, access: anyone, max-connections: 600}\n";
        assertThat(Told.nothing(Role.SERVER).file(dir, three).heapMebibytes(32).problems())
                .singleElement()
                .asString()
                .startsWith("test.yaml:4: ")
                .contains("max-connections", "600 (with the other tunnels 1101)", "32 MiB", "1024");
    }

    private static List<Integer> connections(Told told) {
        return told.config().tunnels().stream()
                .map(t -> t.limits().connections())
                .toList();
    }
}

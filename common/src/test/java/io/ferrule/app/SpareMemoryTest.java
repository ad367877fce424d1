package io.ferrule.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.ferrule.testing.ChildJvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SpareMemoryTest {
    @Test
    void leansTheHeapOfAJvmThatWasToldNothing() throws Exception {
        assertThat(optionsAfter("-XX:-UseSerialGC", "-XX:+UseG1GC")).isEqualTo("10 15 30000");
    }

    @Test
    void leavesWhatSomebodyChose() throws Exception {
        assertThat(optionsAfter("-XX:-UseSerialGC", "-XX:+UseG1GC", "-XX:MaxHeapFreeRatio=60"))
                .isEqualTo("10 60 30000");
        assertThat(optionsAfter()).isEqualTo("40 70 0");
    }

    private static String optionsAfter(String... jvmOptions) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(ChildJvm.command(Child.class, List.of(jvmOptions)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    static final class Child {
        public static void main(String[] arguments) {
            SpareMemory.keepHeapLean();
            HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            System.out.println(vm.getVMOption("MinHeapFreeRatio").getValue() + " "
                    + vm.getVMOption("MaxHeapFreeRatio").getValue() + " "
                    + vm.getVMOption("G1PeriodicGCInterval").getValue());
        }
    }
}

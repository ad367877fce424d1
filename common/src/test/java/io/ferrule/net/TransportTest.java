package io.ferrule.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.OperatorException;
import io.ferrule.config.TransportChoice;
import io.ferrule.testing.ChildJvm;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(30)
class TransportTest {
    @Test
    void nioWorksEverywhere() throws OperatorException {
        assertThat(Transport.choose(TransportChoice.NIO)).isEqualTo(Transport.NIO);
        assertThat(Transport.NIO.describe(TransportChoice.NIO)).isEqualTo("transport nio, as asked for");
    }

    @Test
    void automaticChoiceWorksHere() throws OperatorException {
        Transport chosen = Transport.choose(TransportChoice.AUTO);
        assertThat(chosen.works()).isTrue();
        assertThat(chosen.describe(TransportChoice.AUTO)).startsWith("transport " + chosen + ", ");
    }

    @Test
    void eventLoopsAreNamed() throws Exception {
        EventLoopGroup loops = Transport.NIO.newEventLoops(1);
        try {
            assertThat(loops.submit(() -> Thread.currentThread().getName()).get())
                    .isEqualTo("ferrule-loop-1");
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void missingNativeIsExplainedInOneSentenceAndNothingElseIsPrinted() throws Exception {
        Process process = new ProcessBuilder(
                        ChildJvm.command(WithoutNatives.class, List.of("-Dio.netty.transport.noNative=true")))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output.lines())
                .containsExactly(
                        "transport nio, because epoll does not work here: native transports are switched off by"
                                + " -Dio.netty.transport.noNative=true (it needs x86-64 or aarch64, glibc, and a temporary"
                                + " directory from which code may run)",
                        "transport: io_uring does not work here: native transports are switched off by"
                                + " -Dio.netty.transport.noNative=true; it needs Linux 5.14 or later,"
                                + " kernel.io_uring_disabled=0 and a container profile that allows it; or choose auto",
                        "transport: kqueue does not work here: native transports are switched off by"
                                + " -Dio.netty.transport.noNative=true; or choose auto");
        assertThat(process.waitFor()).isZero();
    }

    /** A process in which no native transport may be loaded. */
    static final class WithoutNatives {
        private WithoutNatives() {}

        public static void main(String[] arguments) throws OperatorException {
            System.out.println(Transport.choose(TransportChoice.AUTO).describe(TransportChoice.AUTO));
            for (TransportChoice choice : new TransportChoice[] {TransportChoice.IO_URING, TransportChoice.KQUEUE}) {
                try {
                    System.out.println(Transport.choose(choice));
                } catch (OperatorException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }
}

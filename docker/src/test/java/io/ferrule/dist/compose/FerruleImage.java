package io.ferrule.dist.compose;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Manual;
import io.ferrule.testing.TestImages;
import java.time.Duration;
import java.util.List;

/** The image of this source: made of what {@code mvn package} left, once, and quickly again because the engine remembers. */
final class FerruleImage {
    private static final String NAME = System.getProperty("test.ferrule.image", "local/ferrule-test");
    private static final Duration LIMIT = Duration.ofMinutes(8);

    private FerruleImage() {}

    static String name() {
        return Built.NAME;
    }

    private static final class Built {
        static final String NAME = build();

        private static String build() {
            if (System.getProperty("test.ferrule.image") == null) {
                String root = Manual.root().toString();
                CommandResult.of(
                                LIMIT,
                                List.of(
                                        "docker",
                                        "build",
                                        "--file=" + root + "/docker/Dockerfile",
                                        "--tag=" + FerruleImage.NAME,
                                        "--build-arg=PACKAGE=target",
                                        "--build-arg=BUILD_IMAGE=" + TestImages.jdk(),
                                        "--build-arg=BASE_IMAGE=" + TestImages.base(),
                                        root),
                                new byte[0])
                        .orFail();
            }
            return FerruleImage.NAME;
        }
    }
}

package io.ferrule.dist.image;

import io.ferrule.testing.CommandResult;
import io.ferrule.testing.Manual;
import io.ferrule.testing.TestImages;
import java.time.Duration;
import java.util.List;

/** The image of this source: made of what {@code mvn package} left, once, and quickly again because the engine remembers. */
public final class FerruleImage {
    static final String VERSION = "1.2.3-test";
    static final String REVISION = "0123456789abcdef0123456789abcdef01234567";

    private static final String NAME = "local/ferrule-test";
    private static final Duration LIMIT = Duration.ofMinutes(8);

    private FerruleImage() {}

    /** The one that is named by the property {@code test.ferrule.image}, or built. */
    public static String name() {
        return Plain.NAME;
    }

    /** The variant with Debian and a shell around it. */
    static String debian() {
        return Debian.NAME;
    }

    private static String build(String stage, String name) {
        String root = Manual.root().toString();
        CommandResult.of(
                        LIMIT,
                        List.of(
                                "docker",
                                "build",
                                "--file=" + root + "/docker/Dockerfile",
                                "--target=" + stage,
                                "--tag=" + name,
                                "--build-arg=PACKAGE=target",
                                "--build-arg=BUILD_IMAGE=" + TestImages.jdk(),
                                "--build-arg=BASE_IMAGE=" + TestImages.base(),
                                "--build-arg=VERSION=" + VERSION,
                                "--build-arg=REVISION=" + REVISION,
                                root),
                        new byte[0])
                .orFail();
        return name;
    }

    private static final class Plain {
        static final String NAME = System.getProperty("test.ferrule.image") != null
                ? System.getProperty("test.ferrule.image")
                : build("ferrule", FerruleImage.NAME);
    }

    private static final class Debian {
        static final String NAME = build("debian", FerruleImage.NAME + ":debian");
    }
}

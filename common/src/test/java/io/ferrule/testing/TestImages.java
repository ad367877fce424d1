package io.ferrule.testing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The images that tests begin with: by a property such as {@code -Dtest.redis.image}, else by a variable such as
 * {@code TEST_REDIS_IMAGE}, as {@code .ci/base-images} sets it, else the public one. The variables do not begin with
 * {@code FERRULE_}, because the programs that tests start would read them.
 */
public final class TestImages {
    private TestImages() {}

    /** Redis, with redis-cli and a user {@code redis}. */
    public static String redis() {
        return of("redis");
    }

    /** Prometheus. */
    public static String prometheus() {
        return of("prometheus");
    }

    /** What the image is made from. */
    public static String base() {
        return of("base");
    }

    /** The JDK that the image's runtime is cut from. */
    public static String jdk() {
        return of("jdk");
    }

    static String of(String what) {
        @Nullable String property = System.getProperty("test." + what + ".image");
        @Nullable String variable = System.getenv("TEST_" + what.toUpperCase(Locale.ROOT) + "_IMAGE");
        return property != null ? property : variable != null ? variable : published(what);
    }

    private static String published(String what) {
        return switch (what) {
            case "redis" -> "redis:8";
            case "prometheus" -> "prom/prometheus:v3.5.0";
            case "base" -> "debian:trixie-slim";
            case "jdk" -> "eclipse-temurin:25-jdk-noble";
            default -> throw new IllegalArgumentException("no test image is called " + what);
        };
    }
}

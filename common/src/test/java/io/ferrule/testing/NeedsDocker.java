package io.ferrule.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test runs where a Docker engine answers and has the images that the test begins with ({@link TestImages}); see
 * {@link LeftOut} for what happens elsewhere. {@code .ci/engine} starts an engine.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("docker")
@ExtendWith(NeedsDockerCondition.class)
public @interface NeedsDocker {
    /** What of {@link TestImages} it needs: redis, prometheus, base or jdk. */
    String[] value() default {};
}

package io.ferrule.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test runs where a Docker engine answers. It is left out with a printed reason elsewhere, and fails only where
 * {@code -Dtest.redis=docker} asked for the engine: a package manager can install a client, but not see to an engine.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("docker")
@ExtendWith(NeedsDockerCondition.class)
public @interface NeedsDocker {}

/**
 * What {@code mvn -Pdemo package} runs: the packaged programs in front of a real Redis, told in a few lines. It may use the
 * test fixtures.
 */
@NullMarked
package io.ferrule.demo;

import org.jspecify.annotations.NullMarked;

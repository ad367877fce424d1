/**
 * Holds the image to what the manual promises of it: a Docker engine builds and runs it. It may use the test fixtures. It holds
 * no test of what either program does wherever it runs.
 */
@NullMarked
package io.ferrule.dist.image;

import org.jspecify.annotations.NullMarked;

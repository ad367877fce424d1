/**
 * Holds the compose files, and what they bring of Prometheus and Grafana, to what really runs: a Docker engine, Prometheus, and
 * the packaged programs. It may use the test fixtures. It holds no test of a single program.
 */
@NullMarked
package io.ferrule.dist.compose;

import org.jspecify.annotations.NullMarked;

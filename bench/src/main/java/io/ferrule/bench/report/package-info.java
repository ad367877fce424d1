/**
 * Samples made into medians, ratios, tables and plots. Starts nothing: all it knows stands in the folder of results, so that
 * the report can be made again from that alone.
 */
@NullMarked
package io.ferrule.bench.report;

import org.jspecify.annotations.NullMarked;

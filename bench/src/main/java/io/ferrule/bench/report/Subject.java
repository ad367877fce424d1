package io.ferrule.bench.report;

import java.util.List;

/**
 * What the report says of a case.
 *
 * @param name as in {@code --cases}
 * @param title as a heading
 * @param how what is done, so that the reader can do it too
 * @param metrics the first of them decides
 */
public record Subject(String name, String title, String how, List<Metric> metrics) {}

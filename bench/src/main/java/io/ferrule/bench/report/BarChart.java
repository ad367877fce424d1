package io.ferrule.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars with whiskers, as an SVG that is readable on light and on dark ground.
 *
 * @param mark where a line is drawn across, such as 1 for a ratio; 0 for none
 * @param decimals of the figures beside the bars
 */
record BarChart(String title, String axis, List<Group> groups, double mark, int decimals) {
    private static final int WIDTH = 800;
    private static final int LEFT = 280;
    private static final int RIGHT = 130;
    private static final int TOP = 62;
    private static final int BAR = 13;
    private static final int STEP = 18;
    private static final int GAP = 14;
    private static final int LINES = 6;

    /** Bars that belong together, such as those of a case. */
    record Group(String label, List<Bar> bars) {}

    /**
     * One bar.
     *
     * @param colour 0 to 5
     */
    record Bar(String label, Spread spread, int colour) {}

    private static final String STYLE =
            """
            <style>
              text { font: 12px system-ui, sans-serif; fill: #1f2328; }
              .title { font-size: 15px; font-weight: 600; }
              .group { font-weight: 600; }
              .soft { fill: #59636e; }
              .line { stroke: #59636e; stroke-opacity: .25; }
              .mark { stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 4 3; }
              .whisker { stroke: #1f2328; stroke-width: 1.2; fill: none; }
              .c0 { fill: #2f81f7; } .c1 { fill: #8b6fd6; } .c2 { fill: #c77d1a; }
              .c3 { fill: #2da44e; } .c4 { fill: #d1495b; } .c5 { fill: #7d8590; }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; } .soft { fill: #9da7b3; } .whisker { stroke: #e6edf3; }
                .line, .mark { stroke: #9da7b3; }
              }
            </style>
            """;

    String svg() {
        List<String> parts = new ArrayList<>();
        int y = TOP;
        for (Group group : groups) {
            parts.add(text(LEFT - 10, y + STEP * group.bars().size() / 2 - 6, "group", "end", group.label()));
            for (Bar bar : group.bars()) {
                draw(parts, bar, y);
                y += STEP;
            }
            y += GAP;
        }
        int height = y + 26;
        List<String> page = new ArrayList<>();
        page.add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">"
                        .formatted(WIDTH, height, WIDTH, height));
        page.add("<title>" + escaped(title) + "</title>");
        page.add(STYLE.strip());
        page.add(text(12, 22, "title", "start", title));
        page.add(text(12, 42, "soft", "start", axis));
        grid(page, y);
        page.addAll(parts);
        page.add("</svg>");
        return String.join("\n", page) + "\n";
    }

    private void grid(List<String> page, int bottom) {
        double step = step();
        for (int i = 0; i * step <= greatest() * 1.001; i++) {
            page.add(line("line", x(i * step), TOP - 6, x(i * step), bottom - GAP + 4));
            page.add(text(x(i * step), bottom + 8, "soft", "middle", Figures.plain(i * step)));
        }
        if (mark > 0) {
            page.add(line("mark", x(mark), TOP - 6, x(mark), bottom - GAP + 4));
        }
    }

    private void draw(List<String> parts, Bar bar, int y) {
        Spread spread = bar.spread();
        double middle = y + BAR / 2.0;
        parts.add(String.format(
                Locale.ROOT,
                "<rect class=\"c%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>",
                bar.colour(),
                LEFT,
                y,
                x(spread.median()) - LEFT,
                BAR));
        parts.add(line("whisker", x(spread.least()), middle, x(spread.greatest()), middle));
        parts.add(line("whisker", x(spread.least()), middle - 3, x(spread.least()), middle + 3));
        parts.add(line("whisker", x(spread.greatest()), middle - 3, x(spread.greatest()), middle + 3));
        String figure = String.format(Locale.ROOT, "%." + decimals + "f", spread.median());
        parts.add(text(x(spread.greatest()) + 6, y + BAR - 2, "soft", "start", figure + "  " + bar.label()));
    }

    private double greatest() {
        double greatest = groups.stream()
                .flatMap(g -> g.bars().stream())
                .mapToDouble(b -> b.spread().greatest())
                .max()
                .orElse(1);
        return Math.max(greatest, mark);
    }

    /** 1, 2 or 5 times a power of ten, so that there are at most {@link #LINES} lines. */
    private double step() {
        double rough = greatest() / LINES;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= rough) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private double x(double value) {
        return LEFT + value / greatest() * (WIDTH - LEFT - RIGHT);
    }

    private static String line(String style, double x1, double y1, double x2, double y2) {
        return String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
                style,
                x1,
                y1,
                x2,
                y2);
    }

    private static String text(double x, double y, String style, String anchor, String text) {
        return String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                style,
                x,
                y,
                anchor,
                escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

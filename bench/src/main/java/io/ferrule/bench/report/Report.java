package io.ferrule.bench.report;

import static io.ferrule.bench.report.Figures.orDash;

import io.ferrule.bench.contender.Contenders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The page of tables, with the plots beside it. */
public final class Report {
    /** The file beside the samples that says where and with what they were taken. */
    public static final String RUN = "run.txt";

    private final Path folder;
    private final List<Subject> subjects;
    private final Samples samples;
    private final List<String> page = new ArrayList<>();

    /**
     * A report to be written once.
     *
     * @param subjects all cases; those without samples are left out
     */
    public Report(Path folder, List<Subject> subjects, Samples samples) {
        this.folder = folder;
        this.subjects = subjects.stream()
                .filter(s -> !samples.contenders(s.name()).isEmpty())
                .toList();
        this.samples = samples;
    }

    public void write() throws IOException {
        add("# Results", "");
        add(
                "Made by `bench/run` from [samples.csv](samples.csv); what the words mean stands in [README.md](README.md).",
                "");
        run();
        for (String plot : new Plots(folder, subjects, samples).write()) {
            add("![" + plot.replace(".svg", "") + "](" + plot + ")", "");
        }
        noise();
        reach();
        subjects.forEach(this::table);
        while (page.get(page.size() - 1).isEmpty()) {
            page.remove(page.size() - 1);
        }
        Files.write(folder.resolve("results.md"), page);
    }

    private void add(String... lines) {
        page.addAll(List.of(lines));
    }

    private void run() throws IOException {
        Path file = folder.resolve(RUN);
        if (Files.exists(file)) {
            add("## Machine and versions", "", "| | |", "|---|---|");
            for (String line : Files.readAllLines(file)) {
                int colon = line.indexOf(": ");
                add("| " + line.substring(0, colon) + " | "
                        + line.substring(colon + 2).replace("|", "\\|") + " |");
            }
            add("");
        }
    }

    private void noise() {
        List<String> rows = new ArrayList<>();
        for (Subject subject : subjects) {
            Metric metric = subject.metrics().get(0);
            samples.ratio(subject.name(), metric.name(), Contenders.AGAIN, Contenders.TWICE)
                    .ifPresent(s ->
                            rows.add("| " + subject.title() + " | " + metric.unit() + " | " + Figures.ratio(s) + " |"));
        }
        if (!rows.isEmpty()) {
            add("## The noise", "", "HAProxy runs twice, alike: what the second differs from the first is noise.", "");
            add("| case | figure | second / first |", "|---|---|---|");
            page.addAll(rows);
            add("");
        }
    }

    private void reach() {
        List<String> rows = new ArrayList<>();
        for (Subject subject : subjects) {
            for (Reach reach : Reach.ALL) {
                if (reach.test().equals(subject.name())) {
                    reach.reached(samples).ifPresent(r -> rows.add(row(subject, reach, r)));
                }
            }
        }
        if (!rows.isEmpty()) {
            add("## What was to be reached", "");
            add("Ferrule / peer, where a peer is named: stunnel, or the one of the others that does best.", "");
            add("| case | figure | peer | measured | to reach | |", "|---|---|---|---|---|---|");
            page.addAll(rows);
            add("");
        }
    }

    private static String row(Subject subject, Reach reach, Reach.Reached reached) {
        boolean ratio = !reached.peer().isEmpty();
        return "| " + subject.title() + " | " + reach.metric().unit() + " | " + (ratio ? reached.peer() : "itself")
                + " | "
                + (ratio ? Figures.ratio(reached.spread()) : Figures.spread(reached.spread())) + " | " + reach.words()
                + " | "
                + reach.verdict(reached.spread()) + " |";
    }

    private void table(Subject subject) {
        List<String> contenders = samples.contenders(subject.name());
        boolean ferrule = contenders.contains(Contenders.FERRULE);
        StringBuilder head = new StringBuilder("| |");
        StringBuilder line = new StringBuilder("|---|");
        for (Metric metric : subject.metrics()) {
            head.append(' ').append(metric.unit()).append(" |").append(ferrule ? " ferrule / it |" : "");
            line.append("---|").append(ferrule ? "---|" : "");
        }
        add("## " + subject.title(), "", "`" + subject.name() + "`: " + subject.how() + ".", "");
        add(head.toString(), line.toString());
        for (String contender : contenders) {
            StringBuilder row = new StringBuilder("| " + contender + " |");
            for (Metric metric : subject.metrics()) {
                row.append(' ').append(absolute(subject, contender, metric)).append(" |");
                if (ferrule) {
                    row.append(' ').append(relative(subject, contender, metric)).append(" |");
                }
            }
            add(row.toString());
        }
        add("");
    }

    private String absolute(Subject subject, String contender, Metric metric) {
        return orDash(samples.spread(subject.name(), contender, metric.name()).map(s -> Figures.number(s.median())));
    }

    private String relative(Subject subject, String contender, Metric metric) {
        Optional<Spread> ratio = contender.equals(Contenders.FERRULE)
                ? Optional.empty()
                : samples.ratio(subject.name(), metric.name(), Contenders.FERRULE, contender);
        return orDash(ratio.map(Figures::ratio));
    }
}

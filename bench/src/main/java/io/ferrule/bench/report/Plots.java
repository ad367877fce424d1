package io.ferrule.bench.report;

import io.ferrule.bench.contender.Contenders;
import io.ferrule.bench.report.BarChart.Bar;
import io.ferrule.bench.report.BarChart.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The pictures of the report; one without samples is not made. */
final class Plots {
    private static final List<String> PEERS = List.of("stunnel", "haproxy", "haproxy 64k", "nginx", "hitch");

    private final Path folder;
    private final List<Subject> subjects;
    private final Samples samples;

    Plots(Path folder, List<Subject> subjects, Samples samples) {
        this.folder = folder;
        this.subjects = subjects;
        this.samples = samples;
    }

    /** Writes them, and returns the names of the files. */
    List<String> write() throws IOException {
        List<String> written = new ArrayList<>();
        write(
                written,
                "summary.svg",
                new BarChart(
                        "CPU for the same work: Ferrule / peer",
                        "below 1 Ferrule uses less; medians, with the least and the greatest of the rounds",
                        summary(),
                        1,
                        2));
        write(
                written,
                "cpu.svg",
                new BarChart(
                        "CPU per unit of work: Ferrule / each peer",
                        "below 1 Ferrule uses less; medians, with the least and the greatest of the rounds",
                        ratios("cpu"),
                        1,
                        2));
        write(
                written,
                "memory.svg",
                new BarChart(
                        "Memory of one idle TLS connection",
                        "kB, of 9,000 connections; less is better",
                        absolute("memory", Metric.KB_9000),
                        0,
                        1));
        return written;
    }

    private void write(List<String> written, String name, BarChart chart) throws IOException {
        if (chart.groups().isEmpty()) {
            Files.deleteIfExists(folder.resolve(name));
            return;
        }
        Files.writeString(folder.resolve(name), chart.svg());
        written.add(name);
    }

    /** The cases that have a reach, against stunnel and against the best of the others. */
    private List<Group> summary() {
        List<Group> groups = new ArrayList<>();
        for (Subject subject : subjects) {
            List<Bar> bars = new ArrayList<>();
            for (Reach reach : Reach.ALL) {
                if (reach.test().equals(subject.name()) && reach.metric().name().equals("cpu")) {
                    reach.reached(samples).ifPresent(r -> bars.add(new Bar(r.peer(), r.spread(), colour(r.peer()))));
                }
            }
            add(groups, subject.title(), bars);
        }
        return groups;
    }

    private List<Group> ratios(String metric) {
        List<Group> groups = new ArrayList<>();
        for (Subject subject : subjects) {
            List<Bar> bars = new ArrayList<>();
            if (subject.metrics().get(0).name().equals(metric)) {
                for (String peer : PEERS) {
                    samples.ratio(subject.name(), metric, Contenders.FERRULE, peer)
                            .ifPresent(s -> bars.add(new Bar(peer, s, colour(peer))));
                }
            }
            add(groups, subject.title(), bars);
        }
        return groups;
    }

    private List<Group> absolute(String test, Metric metric) {
        List<Group> groups = new ArrayList<>();
        for (String contender : samples.contenders(test)) {
            Optional<Spread> spread = samples.spread(test, contender, metric.name());
            if (!contender.equals(Contenders.AGAIN)) {
                spread.ifPresent(s -> groups.add(new Group(contender, List.of(new Bar("", s, colour(contender))))));
            }
        }
        return groups;
    }

    private static void add(List<Group> groups, String title, List<Bar> bars) {
        if (!bars.isEmpty()) {
            groups.add(new Group(title, bars));
        }
    }

    /** Each contender has its colour in all pictures. */
    private static int colour(String contender) {
        return PEERS.indexOf(contender) + 1;
    }
}

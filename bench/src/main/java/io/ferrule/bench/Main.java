package io.ferrule.bench;

import io.ferrule.bench.contender.Contender;
import io.ferrule.bench.contender.Contenders;
import io.ferrule.bench.contender.Site;
import io.ferrule.bench.load.Loads;
import io.ferrule.bench.report.Report;
import io.ferrule.bench.report.Samples;
import io.ferrule.bench.report.Subject;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** The program that {@code bench/run} starts: takes the samples, and makes the report. */
public final class Main {
    private final Options options;
    private final PrintStream err;
    private final long start = System.nanoTime();

    private Main(Options options, PrintStream err) {
        this.options = options;
        this.err = err;
    }

    public static void main(String[] arguments) {
        // Also if it is told to end early, for instance from a terminal.
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy)));
        System.exit(run(System.err, arguments));
    }

    /** Does what the command line says; 0 if it could, 1 if a measurement failed, 2 if the command line is wrong. */
    static int run(PrintStream err, String... arguments) {
        if (List.of(arguments).contains("--help")) {
            err.print(Options.usage());
            return 0;
        }
        try {
            new Main(Options.parse(arguments), err).run();
            return 0;
        } catch (IllegalArgumentException e) {
            err.println("bench/run: " + e.getMessage());
            return 2;
        } catch (IOException e) {
            err.println("bench/run: " + e.getMessage());
            return 1;
        }
    }

    private void run() throws IOException {
        Samples samples = new Samples(options.out());
        List<Contender> contenders = contenders();
        if (!options.reportOnly()) {
            measure(samples, contenders);
        }
        if (samples.isEmpty()) {
            throw new IOException("there are no samples in " + options.out());
        }
        List<Subject> subjects = Cases.all().stream().map(Case::subject).toList();
        new Report(options.out(), subjects, samples).write();
        err.println("bench/run: " + options.out().resolve("results.md") + " is written");
    }

    private List<Contender> contenders() {
        List<Contender> installed = Contenders.installed(options.variants());
        List<String> names = installed.stream().map(Contender::name).toList();
        for (String name : options.contenders()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "contender " + name + " is not installed; there are " + String.join(", ", names));
            }
        }
        return installed.stream()
                .filter(c ->
                        options.contenders().isEmpty() || options.contenders().contains(c.name()))
                .toList();
    }

    private void measure(Samples samples, List<Contender> contenders) throws IOException {
        List<Case> cases = Cases.all().stream()
                .filter(c -> options.cases().isEmpty() || options.cases().contains(c.name()))
                .toList();
        err.printf(
                "bench/run: %d cases, %d contenders, %d rounds: about %.0f minutes%n",
                cases.size(), contenders.size(), options.rounds(), Rounds.seconds(cases, contenders, options) / 60);
        new Machine(options.out()).write(contenders, options);
        try (Site site = new Site();
                Loads loads = new Loads()) {
            new Rounds(site, loads, options, samples, this::say).run(cases, contenders);
        }
    }

    private void say(String line) {
        err.printf("%5.0f s  %s%n", (System.nanoTime() - start) / 1e9, line);
    }
}

package io.ferrule.bench;

import io.ferrule.bench.contender.Contender;
import io.ferrule.bench.contender.Running;
import io.ferrule.bench.contender.Setup;
import io.ferrule.bench.contender.Site;
import io.ferrule.bench.load.Loads;
import io.ferrule.bench.report.Sample;
import io.ferrule.bench.report.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs cases: contenders that stand alike are started at once, are warmed up, and take turns, in each second round backwards, so
 * that neither what a neighbour leaves behind nor a slow drift of the machine is one contender's alone.
 */
final class Rounds {
    private static final int LEAST_WARM_UPS = 2;
    private static final int MOST_WARM_UPS = 6;
    /** A JVM's first samples are this long, and this much of a fall between two of them means that it is still learning. */
    private static final double WARM_UP_SCALE = 4;

    private static final double STILL_FALLING = 0.98;
    private static final double QUICK_SCALE = 0.2;

    private final Site site;
    private final Loads loads;
    private final Options options;
    private final Samples samples;
    private final Consumer<String> progress;
    private final double scale;

    Rounds(Site site, Loads loads, Options options, Samples samples, Consumer<String> progress) {
        this.site = site;
        this.loads = loads;
        this.options = options;
        this.samples = samples;
        this.progress = progress;
        this.scale = options.quick() ? QUICK_SCALE : 1;
    }

    /** About how long these cases will take. */
    static double seconds(List<Case> cases, List<Contender> contenders, Options options) {
        double seconds = 0;
        for (Case each : cases) {
            for (Contender contender : contenders) {
                if (contender.supports(each.setup())) {
                    double warmUps = each.way() instanceof Case.Fresh ? 0 : contender.isJvm() ? 4 * WARM_UP_SCALE : 1;
                    seconds += (each.rounds(options.rounds()) + warmUps) * each.seconds();
                }
            }
        }
        return options.quick() ? seconds * QUICK_SCALE : seconds;
    }

    /** Runs them; those that stand alike have to follow each other. */
    void run(List<Case> cases, List<Contender> contenders) throws IOException {
        Map<Contender, Running> standing = new LinkedHashMap<>();
        Setup setup = null;
        try {
            for (Case each : cases) {
                List<Contender> able = contenders.stream()
                        .filter(c -> c.supports(each.setup()))
                        .toList();
                boolean warm = each.way() instanceof Case.Warm;
                if (!warm || !each.setup().equals(setup)) {
                    end(standing);
                    setup = warm ? each.setup() : null;
                }
                if (warm && standing.isEmpty()) {
                    start(able, each.setup(), standing);
                }
                run(each, able, standing);
            }
        } finally {
            end(standing);
        }
    }

    private void start(List<Contender> contenders, Setup setup, Map<Contender, Running> standing) throws IOException {
        for (Contender contender : contenders) {
            Running running = contender.start(site, setup);
            standing.put(contender, running);
            try {
                running.await();
                loads.handshakes(running.endpoint(), false, 1, 1);
            } catch (IOException e) {
                throw new IOException(contender.name() + " (" + setup + "): " + e.getMessage(), e);
            }
        }
    }

    private static void end(Map<Contender, Running> standing) {
        standing.values().forEach(Running::close);
        standing.clear();
    }

    private void run(Case each, List<Contender> contenders, Map<Contender, Running> standing) throws IOException {
        List<String> names = contenders.stream().map(Contender::name).toList();
        samples.forget(each.name(), names::contains);
        if (each.way() instanceof Case.Warm warm) {
            for (Contender contender : contenders) {
                warmUp(each, warm, contender, running(standing, contender));
            }
        }
        List<Contender> turn = new ArrayList<>(contenders);
        for (int round = 1; round <= each.rounds(options.rounds()); round++) {
            for (Contender contender : turn) {
                Measured measured = measure(each, contender, standing);
                progress.accept(each.name() + " round " + round + ", " + contender.name() + ": " + measured);
                for (var value : measured.values().entrySet()) {
                    samples.add(new Sample(
                            each.name(), round, contender.name(), value.getKey().name(), value.getValue()));
                }
            }
            Collections.reverse(turn);
        }
    }

    private Measured measure(Case each, Contender contender, Map<Contender, Running> standing) throws IOException {
        try {
            if (each.way() instanceof Case.Fresh fresh) {
                return fresh.life().of(contender, each.setup(), site, loads, scale);
            }
            return ((Case.Warm) each.way()).load().on(running(standing, contender), site, loads, scale);
        } catch (IOException e) {
            throw new IOException(each.name() + ", " + contender.name() + ": " + e.getMessage(), e);
        }
    }

    /** One sample for who stays as it is; a JVM goes on for as long as its first figure falls. */
    private void warmUp(Case each, Case.Warm warm, Contender contender, Running running) throws IOException {
        double last = Double.POSITIVE_INFINITY;
        int most = contender.isJvm() && !options.quick() ? MOST_WARM_UPS : 1;
        for (int i = 1; i <= most; i++) {
            Measured measured;
            try {
                measured = warm.load().on(running, site, loads, most > 1 ? WARM_UP_SCALE : scale);
            } catch (IOException e) {
                throw new IOException(each.name() + ", " + contender.name() + " (warm-up): " + e.getMessage(), e);
            }
            progress.accept(each.name() + " warm-up " + i + ", " + contender.name() + ": " + measured);
            if (i >= LEAST_WARM_UPS && measured.first() > last * STILL_FALLING) {
                return;
            }
            last = measured.first();
        }
    }

    private static Running running(Map<Contender, Running> standing, Contender contender) {
        Running running = standing.get(contender);
        if (running == null) {
            throw new IllegalStateException(contender.name() + " has not been started");
        }
        return running;
    }
}

package io.ferrule.bench;

import io.ferrule.bench.contender.Contender;
import io.ferrule.bench.contender.Running;
import io.ferrule.bench.contender.Setup;
import io.ferrule.bench.contender.Site;
import io.ferrule.bench.load.Loads;
import io.ferrule.bench.report.Subject;
import java.io.IOException;

/**
 * One case: how contenders stand, and how a sample of one of them is taken.
 *
 * @param subject what the report says of it
 */
record Case(Subject subject, Setup setup, Way way) {
    /** How a sample is taken: of processes that run and are warm, or of ones that the case itself starts. */
    sealed interface Way {}

    /** @param seconds about how long a sample takes */
    record Warm(double seconds, Load load) implements Way {}

    /**
     * @param seconds about how long a sample takes
     * @param rounds more of them say nothing new
     */
    record Fresh(double seconds, int rounds, Life life) implements Way {}

    /** Puts a load on what runs; {@code scale} times the usual amount. */
    interface Load {
        Measured on(Running running, Site site, Loads loads, double scale) throws IOException;
    }

    /** Starts a contender, measures, and ends it. */
    interface Life {
        Measured of(Contender contender, Setup setup, Site site, Loads loads, double scale) throws IOException;
    }

    String name() {
        return subject.name();
    }

    double seconds() {
        return way instanceof Warm warm ? warm.seconds() : ((Fresh) way).seconds();
    }

    int rounds(int wanted) {
        return way instanceof Fresh fresh ? Math.min(wanted, fresh.rounds()) : wanted;
    }
}

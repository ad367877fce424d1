package io.ferrule.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the environment's variables say of a process whose tunnels are described elsewhere, in a stunnel.conf: how it is watched and
 * ended, and never what a tunnel does.
 */
public final class ProcessVariables {
    /** Those that are taken, in the order of the manual. */
    private static final List<String> TAKEN =
            List.of("admin", "health-check", "transport", "event-loops", "drain-timeout", "expiry-warning");

    private ProcessVariables() {}

    /**
     * Reads them.
     *
     * @param otherwise what holds where no variable says anything
     * @param environment all variables; those that begin with {@code FERRULE_} count
     * @throws OperatorException with every problem, each with its variable; one that describes a tunnel is a problem, because it
     *     would change nothing
     */
    public static ProcessConfig read(ProcessConfig otherwise, Map<String, String> environment)
            throws OperatorException {
        List<Problem> problems = new ArrayList<>();
        Settings said = EnvironmentSource.read(otherwise.role(), environment, problems);
        said.byName().values().stream()
                .filter(setting -> !TAKEN.contains(setting.option().name()))
                .forEach(setting -> problems.add(setting.problem(
                        "it has no effect on what a stunnel.conf describes: unset it, and say it in that file; only "
                                + variables() + " are taken here")));
        Said values = new Said(said, new Values(otherwise.role(), said, problems));
        TransportChoice transport =
                values.of("transport", otherwise.transport(), v -> v.oneOf("transport", TransportChoice.class));
        ProcessConfig config = new ProcessConfig(
                otherwise.role(),
                otherwise.tunnels(),
                values.admin(otherwise.admin()),
                values.of("health-check", otherwise.healthCheck(), v -> ProcessReader.healthCheck(v, transport)),
                transport,
                values.of("event-loops", otherwise.eventLoops(), ProcessReader::eventLoops),
                values.duration("drain-timeout", otherwise.drain()),
                values.duration("expiry-warning", otherwise.expiryWarning()),
                otherwise.logFormat(),
                otherwise.logLevel(),
                otherwise.stateDirectory(),
                otherwise.watchFiles());
        if (!problems.isEmpty()) {
            throw new OperatorException(problems);
        }
        return config;
    }

    /** For the operator, such as {@code FERRULE_ADMIN, FERRULE_TRANSPORT}. */
    private static String variables() {
        return String.join(
                ", ",
                TAKEN.stream()
                        .flatMap(name -> Option.byName(name).stream())
                        .map(Option::variable)
                        .toList());
    }

    /** Values with defaults that are not the options' own. */
    private record Said(Settings settings, Values values) {
        private interface Reading<T> {
            T of(Values values);
        }

        <T> T of(String name, T otherwise, Reading<T> reading) {
            return settings.has(name) ? reading.of(values) : otherwise;
        }

        Duration duration(String name, Duration otherwise) {
            return of(name, otherwise, v -> v.required(name, DurationText::parse));
        }

        @Nullable
        Address admin(@Nullable Address otherwise) {
            return settings.has("admin")
                    ? values.required("admin", ProcessReader::admin).orElse(null)
                    : otherwise;
        }
    }
}

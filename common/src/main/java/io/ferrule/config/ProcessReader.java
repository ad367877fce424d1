package io.ferrule.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the whole of what is said of a process and its tunnels. */
final class ProcessReader {
    private static final int MOST_EVENT_LOOPS = 1024;

    private final Role role;
    private final Settings settings;
    private final Map<String, String> environment;
    private final Capacity capacity;
    private final List<Problem> problems;
    private final Values values;

    ProcessReader(
            Role role, Settings settings, Map<String, String> environment, Capacity capacity, List<Problem> problems) {
        this.role = role;
        this.settings = settings;
        this.environment = environment;
        this.capacity = capacity;
        this.problems = problems;
        this.values = new Values(role, settings, problems);
    }

    /** The config as far as it could be read; worthless if there is any problem. */
    ProcessConfig read(List<TunnelSettings> said) {
        Address admin = values.required("admin", ProcessReader::admin).orElse(null);
        TransportChoice transport = values.oneOf("transport", TransportChoice.class);
        boolean healthCheck = healthCheck(transport);
        int eventLoops = eventLoops(values);
        Duration drain = values.required("drain-timeout", DurationText::parse);
        Duration expiryWarning = values.required("expiry-warning", DurationText::parse);
        LogFormat logFormat = values.oneOf("log-format", LogFormat.class);
        String logLevel = values.required("log-level", ProcessReader::logLevel);
        Path state = stateDirectory(values, environment);
        boolean watchFiles = values.isOn("watch-files");
        List<TunnelConfig> tunnels = tunnels(said, admin);
        return new ProcessConfig(
                role,
                tunnels,
                admin,
                healthCheck,
                transport,
                eventLoops,
                drain,
                expiryWarning,
                logFormat,
                logLevel,
                state,
                watchFiles);
    }

    private boolean healthCheck(TransportChoice transport) {
        return healthCheck(values, transport);
    }

    /** Whether the container's health command is to be answered; a problem where this transport cannot. */
    static boolean healthCheck(Values values, TransportChoice transport) {
        boolean on = values.isOn("health-check");
        if (on && (transport == TransportChoice.NIO || transport == TransportChoice.KQUEUE)) {
            values.problem(
                    "health-check",
                    "it needs epoll or io_uring, and transport is "
                            + transport.name().toLowerCase(Locale.ROOT)
                            + ": choose another transport, or switch health-check off");
        }
        return on;
    }

    private List<TunnelConfig> tunnels(List<TunnelSettings> all, @Nullable Address admin) {
        List<TunnelConfig> tunnels = new ArrayList<>();
        List<ListenClash.Listener> listeners = new ArrayList<>();
        for (TunnelSettings said : all) {
            TunnelReader reader = new TunnelReader(role, said, problems);
            TunnelConfig tunnel = reader.read();
            Address listen = reader.listen();
            if (tunnel != null) {
                tunnels.add(tunnel);
            }
            if (listen != null) {
                listeners.add(listener("tunnel " + said.name(), listen, "listen", said));
            }
        }
        if (admin != null) {
            listeners.add(listener("the admin endpoint", admin, "admin", new TunnelSettings("", "", "", settings)));
        }
        problems.addAll(ListenClash.problems(listeners));
        problems.addAll(PinFileClash.problems(tunnels, all));
        return ConnectionShares.of(tunnels, all, capacity, problems);
    }

    private static ListenClash.Listener listener(String name, Address address, String option, TunnelSettings said) {
        return said.settings()
                .find(option)
                .map(s -> new ListenClash.Listener(name, address, s.where(), s.label()))
                .orElseGet(() -> new ListenClash.Listener(name, address, said.where(), said.label()));
    }

    /** Where state is kept, by what is said or by default. */
    static Path stateDirectory(Values values, Map<String, String> environment) {
        Path given = values.path("state-directory");
        return given != null
                ? given
                : StateDirectory.byDefault(
                        environment, System.getProperty("user.name", ""), System.getProperty("user.home"));
    }

    /** How many threads move bytes; 0 for as many as suit the machine. */
    static int eventLoops(Values values) {
        return values.count("event-loops", 0, MOST_EVENT_LOOPS);
    }

    /** Where the admin endpoint listens, if it does. */
    static Optional<Address> admin(String text) {
        return text.strip().equals("none") ? Optional.empty() : Optional.of(Address.parse(text, "127.0.0.1"));
    }

    private static String logLevel(String text) {
        List<String> levels = List.of("error", "warn", "info", "debug", "trace");
        if (!levels.contains(text.strip())) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not one of " + String.join(", ", levels) + Nearest.hint(text, levels));
        }
        return text.strip();
    }
}

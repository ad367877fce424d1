package io.ferrule.app;

import io.ferrule.config.TunnelConfig;
import io.ferrule.observe.Printable;
import java.util.List;
import java.util.stream.Collectors;

/** What a process does now, in one line for those who look at it from outside. */
final class StatusLine {
    /** systemd reads no message above 4096 bytes (NOTIFY_BUFFER_MAX). */
    private static final int MOST_CHARACTERS = 500;

    private static final int MOST_OF_TROUBLE = 300;

    private static final int MOST_TUNNELS = 3;

    private StatusLine() {}

    /**
     * Such as {@code 0.0.0.0:46379 → 127.0.0.1:6379; 2 connections}.
     *
     * @param trouble said before that; may be empty
     */
    static String running(String trouble, Application application) {
        String first = trouble.isEmpty() ? "" : shortened(trouble) + "; ";
        return line(first + tunnels(application) + "; " + connections(application));
    }

    private static String shortened(String text) {
        return text.length() > MOST_OF_TROUBLE ? text.substring(0, MOST_OF_TROUBLE) + "…" : text;
    }

    /** Such as {@code draining: 2 connections}. */
    static String draining(Application application) {
        return line("draining: " + connections(application));
    }

    private static String tunnels(Application application) {
        List<TunnelConfig> tunnels = application.effective().tunnels();
        if (tunnels.size() > MOST_TUNNELS) {
            return tunnels.size() + " tunnels";
        }
        return tunnels.stream()
                .map(tunnel -> (tunnels.size() == 1 ? "" : tunnel.name() + " ") + way(tunnel))
                .collect(Collectors.joining(", "));
    }

    private static String way(TunnelConfig tunnel) {
        return tunnel.accept().listen() + " → " + tunnel.connect().words();
    }

    private static String connections(Application application) {
        int open = application.connections();
        return open == 1 ? "1 connection" : open + " connections";
    }

    private static String line(String text) {
        String harmless = Printable.line(text); // a path may hold a line break, which would end the value
        return harmless.length() > MOST_CHARACTERS ? harmless.substring(0, MOST_CHARACTERS) + "…" : harmless;
    }
}

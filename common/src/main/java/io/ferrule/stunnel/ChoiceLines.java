package io.ferrule.stunnel;

import org.jspecify.annotations.Nullable;

/** What stunnel tells of a client's server name, where that chooses a service. */
final class ChoiceLines {
    private ChoiceLines() {}

    /** The client's server name has chosen a service, whose lines they are from now on. */
    static void write(ConnectionLines lines, @Nullable String asked, String service) {
        if (asked == null) {
            lines.add(ConnectionLines.NOTICE, "SNI: no servername received");
            return;
        }
        lines.add(ConnectionLines.INFO, "SNI: requested servername: " + asked);
        LoggedService chosen = lines.service().virtual().get(service);
        if (chosen == null) {
            lines.add(ConnectionLines.ERR, "SNI: no pattern matched servername: " + asked);
            return;
        }
        lines.add(ConnectionLines.DEBUG, "SNI: matched pattern: " + service);
        lines.add(ConnectionLines.NOTICE, "SNI: switched to service [" + chosen.name() + "]");
        lines.switchTo(chosen);
    }
}

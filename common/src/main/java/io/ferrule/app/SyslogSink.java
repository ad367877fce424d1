package io.ferrule.app;

import io.ferrule.net.SyslogSocket;
import io.ferrule.stunnel.LogLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Lines to the system's log, in the form that the C library's syslog(3) gives them. Where nobody takes them they are lost. */
final class SyslogSink implements StunnelSink {
    private static final Path SOCKET = Path.of("/dev/log");
    /** By their numbers (syslog.h); those without a name are not in use. */
    private static final List<String> FACILITIES = List.of(
            "kern",
            "user",
            "mail",
            "daemon",
            "auth",
            "syslog",
            "lpr",
            "news",
            "uucp",
            "cron",
            "authpriv",
            "ftp",
            "",
            "",
            "",
            "",
            "local0",
            "local1",
            "local2",
            "local3",
            "local4",
            "local5",
            "local6",
            "local7");

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH);

    private final SyslogSocket socket;
    private final String ident;
    private final int facility;
    private final ZoneId zone;

    private SyslogSink(SyslogSocket socket, String ident, int facility, ZoneId zone) {
        this.socket = socket;
        this.ident = ident;
        this.facility = facility;
        this.zone = zone;
    }

    /**
     * To {@code /dev/log}.
     *
     * @param ident what the lines stand under: stunnel's global {@code service}
     * @param facility such as {@code daemon}
     * @throws IOException with a reason for the operator, if this system has no such socket at all
     */
    static SyslogSink open(String ident, String facility, ZoneId zone) throws IOException {
        return open(SOCKET.toString(), ident, facility, zone);
    }

    static SyslogSink open(String address, String ident, String facility, ZoneId zone) throws IOException {
        int number = FACILITIES.indexOf(facility.toLowerCase(Locale.ROOT));
        if (facility.isEmpty() || number < 0) {
            throw new IllegalArgumentException("\"" + facility + "\" is not a facility of syslog");
        }
        return new SyslogSink(SyslogSocket.to(address), ident, number, zone);
    }

    @Override
    public void write(LogLine line) {
        socket.send(message(line).getBytes(StandardCharsets.UTF_8));
    }

    private String message(LogLine line) {
        int priority = facility * 8 + line.level();
        return "<" + priority + ">" + TIME.format(ZonedDateTime.ofInstant(line.at(), zone)) + ' ' + ident + ": "
                + line.unstamped();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        socket.close();
    }
}

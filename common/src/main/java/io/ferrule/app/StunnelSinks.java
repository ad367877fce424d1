package io.ferrule.app;

import io.ferrule.stunnel.ProcessLines;
import io.ferrule.stunnel.StunnelConfig;
import io.ferrule.stunnel.StunnelConfig.Foreground;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Where lines go by a configuration: stderr, the {@code output} file, syslog, or several of them. */
final class StunnelSinks {
    private static final Path SYSLOG = Path.of("/dev/log");
    private static final Path IN = Path.of("/proc/self/fd/0");
    private static final Path ERR = Path.of("/proc/self/fd/2");

    private StunnelSinks() {}

    /**
     * Opens all of them.
     *
     * @throws IOException if the file cannot be opened; then none is open
     */
    static List<StunnelSink> of(StunnelConfig.Logging logging, ZoneId zone, ProcessLines lines) throws IOException {
        Path output = logging.output();
        if (output == null) {
            return withoutFile(logging, zone, lines);
        }
        List<StunnelSink> sinks = new ArrayList<>();
        sinks.add(FileSink.open(output, logging.append(), zone));
        sinks.addAll(others(logging, zone, lines, true));
        return sinks;
    }

    /** The others than the file. */
    static List<StunnelSink> withoutFile(StunnelConfig.Logging logging, ZoneId zone, ProcessLines lines) {
        return others(logging, zone, lines, false);
    }

    private static List<StunnelSink> others(
            StunnelConfig.Logging logging, ZoneId zone, ProcessLines lines, boolean elsewhere) {
        List<StunnelSink> sinks = new ArrayList<>();
        if (logging.foreground() == Foreground.YES) {
            sinks.add(stderr(zone));
        }
        if (logging.syslog()) {
            boolean nowhere = !Files.exists(SYSLOG) && sinks.isEmpty() && !elsewhere;
            if (nowhere && logging.foreground() == Foreground.NO && !isConnection(ERR)) {
                sinks.add(stderr(zone)); // better than nowhere
                lines.notices(List.of("there is no syslog here: the log goes to stderr"));
            }
            try {
                sinks.add(SyslogSink.open(logging.ident(), logging.facility(), zone)); // it may begin later
            } catch (IOException e) {
                lines.warnings(List.of("syslog cannot be reached: " + e.getMessage()));
            }
        }
        return sinks;
    }

    /** True if it is the socket that standard input is: what inetd starts has its client on all three descriptors. */
    private static boolean isConnection(Path descriptor) {
        try {
            String file = Files.readSymbolicLink(descriptor).toString();
            return file.startsWith("socket:")
                    && file.equals(Files.readSymbolicLink(IN).toString());
        } catch (IOException | UnsupportedOperationException e) {
            return false; // not Linux
        }
    }

    /** Not System.err: its lock would be held by a writer that waits for the log's reader. */
    private static StunnelSink stderr(ZoneId zone) {
        return new StreamSink(new FileOutputStream(FileDescriptor.err), zone);
    }
}

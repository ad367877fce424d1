package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelConfig.Foreground;
import io.ferrule.stunnel.StunnelConfig.Globals;
import io.ferrule.stunnel.StunnelConfig.Library;
import io.ferrule.stunnel.StunnelConfig.Logging;
import io.ferrule.stunnel.StunnelService.Owner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The lines before the first section that are about the process, as far as they have been read. */
final class GlobalDraft {
    private static final Set<String> FACILITIES = Set.of(
            "auth",
            "authpriv",
            "cron",
            "daemon",
            "ftp",
            "kern",
            "lpr",
            "mail",
            "news",
            "syslog",
            "user",
            "uucp",
            "local0",
            "local1",
            "local2",
            "local3",
            "local4",
            "local5",
            "local6",
            "local7");

    private final StunnelLog log;
    private final Engines engines;
    private Foreground foreground = Foreground.NO;
    private String facility = "daemon";
    private int level = 5;
    private @Nullable String output;
    private boolean append = true;
    private boolean syslog = true;
    private String ident = "stunnel";
    private @Nullable String pid;
    private @Nullable String chroot;
    private boolean fips;
    private @Nullable String compression;

    GlobalDraft(StunnelLog log, Engines engines) {
        this.log = log;
        this.engines = engines;
    }

    /** Takes a line that may stand before the first section only. */
    void set(Given line) throws Refusal {
        String value = line.value();
        switch (Words.lower(line.option().name())) {
            case "chroot" -> chroot = value;
            case "compression" -> compression = compression(value);
            case "fips" -> fips = Words.yes(value);
            case "foreground" -> foreground = foreground(value);
            case "log" -> append = append(value);
            case "output" -> output = value;
            case "pid" -> pid = value.isEmpty() ? null : value;
            case "rndbytes" -> Words.number(value, "Illegal number of bytes to read from random seed files");
            case "rndoverwrite" -> Words.yes(value);
            case "syslog" -> syslog = Words.yes(value);
            case "engine", "enginectrl", "enginedefault", "provider", "providerparameter" ->
                engines.set(Words.lower(line.option().name()), value);
            case "setenv" -> checkVariable(value);
            default -> {} // EGD and RNDfile: every value is taken
        }
    }

    private static void checkVariable(String value) throws Refusal {
        if (value.indexOf('=') < 1 || value.indexOf(0) >= 0) {
            throw new Refusal("No variable is set", "write setEnv = NAME=VALUE");
        }
    }

    /** The name that the process has, by a {@code service} before the first section. */
    void ident(String name) {
        ident = name;
    }

    String ident() {
        return ident;
    }

    /** The process's level, with the facility of syslog perhaps. */
    int debug(String value) throws Refusal {
        if (value.indexOf('.') < 0) {
            level = Words.level(value);
            return level;
        }
        List<String> words =
                Arrays.stream(value.split("\\.")).filter(w -> !w.isEmpty()).toList();
        if (words.isEmpty() || !FACILITIES.contains(Words.lower(words.get(0)))) {
            throw new Refusal("Illegal syslog facility");
        }
        facility = Words.lower(words.get(0));
        level = Words.level(words.size() > 1 ? words.get(1) : "");
        return level;
    }

    /** What all of it comes to, as soon as the first section begins. */
    Globals finish(Owner owner, List<Given> given) throws Refusal {
        List<StunnelConfig.Engine> opened = engines.finish();
        boolean leaves = foreground == Foreground.NO;
        if (leaves && output != null && !output.startsWith("/")) {
            throw new Refusal("Log file must include full path name");
        }
        if (leaves && pid != null && !pid.startsWith("/")) {
            throw new Refusal("Pid file must include full path name");
        }
        if (compression != null) {
            log.log(3, "ui", "Configured compression is unsupported by OpenSSL");
            throw new Refusal(
                    "Failed to initialize TLS", "remove compression: it lets attackers guess what is encrypted");
        }
        if (fips) {
            throw new Refusal("Failed to initialize TLS", "Ferrule's TLS engine here has no validated FIPS module");
        }
        log.log(5, "ui", "FIPS mode disabled");
        log.log(6, "ui", "Compression disabled");
        log.log(7, "ui", "No PRNG seeding was required");
        return new Globals(
                new Logging(foreground, level, facility, path(output), append, syslog, ident),
                new StunnelConfig.Daemon(path(pid), chroot, owner),
                new Library(false, null, opened),
                given);
    }

    private static @Nullable Path path(@Nullable String value) throws Refusal {
        return value == null ? null : Words.file(value);
    }

    private static String compression(String value) throws Refusal {
        if (!Set.of("deflate", "zlib").contains(Words.lower(value))) {
            throw new Refusal("Specified compression type is not available");
        }
        return value;
    }

    private static Foreground foreground(String value) throws Refusal {
        return switch (Words.lower(value)) {
            case "yes" -> Foreground.YES;
            case "quiet" -> Foreground.QUIET;
            case "no" -> Foreground.NO;
            default -> throw new Refusal("The argument needs to be either 'yes', 'quiet' or 'no'");
        };
    }

    private static boolean append(String value) throws Refusal {
        return switch (Words.lower(value)) {
            case "append" -> true;
            case "overwrite" -> false;
            default -> throw new Refusal("The argument needs to be either 'append' or 'overwrite'");
        };
    }
}

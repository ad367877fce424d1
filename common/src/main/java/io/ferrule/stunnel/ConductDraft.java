package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelService.Conduct;
import io.ferrule.stunnel.StunnelService.LogId;
import io.ferrule.stunnel.StunnelService.Logging;
import io.ferrule.stunnel.StunnelService.Owner;
import io.ferrule.stunnel.StunnelService.Sockets;
import io.ferrule.stunnel.StunnelService.Waits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a section waits, logs and treats its sockets, as far as it has been read. */
final class ConductDraft {
    private final Asker asker;
    private final Map<String, String> acceptOptions = new LinkedHashMap<>();
    private final Map<String, String> localOptions = new LinkedHashMap<>();
    private final Map<String, String> remoteOptions = new LinkedHashMap<>();
    private int level = 5;
    private LogId logId = LogId.SEQUENTIAL;
    private boolean reset = true;
    private @Nullable String ident;
    private boolean libwrap;
    private Owner owner = Owner.NONE;
    private Duration busy = Duration.ofMinutes(5);
    private Duration close = Duration.ofSeconds(60);
    private Duration connect = Duration.ofSeconds(10);
    private Duration idle = Duration.ofHours(12);
    private Duration ocsp = Duration.ofSeconds(5);

    ConductDraft(Asker asker) {
        this.asker = asker;
    }

    /** Takes the line if it is about conduct. */
    boolean set(String key, String value) throws Refusal {
        switch (key) {
            case "ident" -> ident = value;
            case "libwrap" -> libwrap = Words.yes(value);
            case "logid" -> logId = logId(value);
            case "reset" -> reset = Words.yes(value);
            case "setuid" -> owner = new Owner(asker.user(value), value, owner.group(), owner.groupName());
            case "setgid" -> owner = new Owner(owner.user(), owner.userName(), asker.group(value), value);
            case "socket" -> socket(value);
            case "stack" -> Words.number(value, "Illegal thread stack size");
            default -> {
                return waits(key, value);
            }
        }
        return true;
    }

    private boolean waits(String key, String value) throws Refusal {
        switch (key) {
            case "timeoutbusy" -> busy = seconds(value, "Illegal busy timeout");
            case "timeoutclose" -> close = seconds(value, "Illegal close timeout");
            case "timeoutconnect" -> connect = seconds(value, "Illegal connect timeout");
            case "timeoutidle" -> idle = seconds(value, "Illegal idle timeout");
            case "timeoutocsp" -> ocsp = seconds(value, "Illegal OCSP timeout");
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The level of the section's connections. */
    void debug(int to) {
        level = to;
    }

    Owner owner() {
        return owner;
    }

    Waits waits() {
        return new Waits(busy, close, connect, idle, ocsp);
    }

    Sockets sockets() {
        return new Sockets(acceptOptions, localOptions, remoteOptions);
    }

    Logging logging() {
        return new Logging(level, logId);
    }

    Conduct conduct() {
        return new Conduct(reset, ident, libwrap, owner);
    }

    private void socket(String value) throws Refusal {
        SocketOption.Setting setting = SocketOption.parse(value)
                .orElseThrow(() -> new Refusal(
                        "Illegal socket option", "write a|l|r:OPTION=VALUE; \"stunnel -sockets\" lists the options"));
        Map<String, String> options =
                switch (setting.side()) {
                    case 'a' -> acceptOptions;
                    case 'l' -> localOptions;
                    default -> remoteOptions;
                };
        options.put(setting.option().name(), setting.value());
    }

    private static LogId logId(String value) throws Refusal {
        return switch (Words.lower(value)) {
            case "sequential" -> LogId.SEQUENTIAL;
            case "unique" -> LogId.UNIQUE;
            case "thread" -> LogId.THREAD;
            case "process" -> LogId.PROCESS;
            default ->
                throw new Refusal("Invalid connection identifier type", "write sequential, unique, thread or process");
        };
    }

    private static Duration seconds(String value, String reason) throws Refusal {
        return Duration.ofSeconds(Math.max(-1, Math.min(Words.number(value, reason), Integer.MAX_VALUE)));
    }
}

package io.ferrule.stunnel;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One line of a configuration that gives an option a value.
 *
 * @param name as it is written, in whatever case
 * @param value may be a secret
 * @param file as stunnel names it in its errors: the path, or the number of a descriptor
 * @param line from 1
 */
public record Given(StunnelOption option, String name, String value, String file, int line) {
    private static final Set<String> SECRETS =
            Set.of("protocolPassword", "ticketKeySecret", "ticketMacSecret", "engineCtrl", "providerParameter");

    /** As engineCtrl, providerParameter and URIs give it. */
    private static final Pattern PIN = Pattern.compile(
            "((?i:^\\s*engineCtrl\\s*=\\s*PIN\\s*:|^\\s*providerParameter\\s*=[^=]*pin\\s*=)).*|((?i:pin-value=))[^&\\s]*");

    /** Where it stands, such as {@code /etc/stunnel/redis.conf:3}. */
    public String place() {
        return file + ":" + line;
    }

    /** The line as it may be shown: without a value that is a secret. */
    public String shown() {
        return name + " = " + (SECRETS.contains(option.name()) ? "…" : withoutPin(value));
    }

    /** A line, or a value, without the PIN of a token. */
    static String withoutPin(String text) {
        return PIN.matcher(text).replaceAll("$1$2…");
    }

    /** What becomes of it here. */
    public Fate fate() {
        return option.fate(value);
    }

    /** The error that it is, if it is refused here although stunnel takes it. */
    public Optional<StunnelException> refusal() {
        Fate fate = fate();
        return fate.treatment() == Fate.Treatment.REFUSED
                ? Optional.of(StunnelException.atLine(file, line, shown(), "Ferrule does not do this", fate.sentence()))
                : Optional.empty();
    }

    /** What is told at each start if the line has no effect here. */
    public Optional<String> notice() {
        Fate fate = fate();
        return fate.treatment() == Fate.Treatment.NOTICE
                ? Optional.of(place() + ": \"" + shown() + "\": " + fate.sentence())
                : Optional.empty();
    }

    /** Without the value. */
    @Override
    public String toString() {
        return place() + ": " + name;
    }
}

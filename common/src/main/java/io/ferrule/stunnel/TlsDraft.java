package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelService.Tls;
import io.ferrule.stunnel.StunnelService.Version;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a section has TLS spoken, as far as it has been read. */
final class TlsDraft {
    private final List<String> commands = new ArrayList<>();
    private final Set<String> optionsSet = new LinkedHashSet<>();
    private final Set<String> optionsCleared = new LinkedHashSet<>();
    private @Nullable Version minimum;
    private @Nullable Version maximum;
    private @Nullable String ciphers;
    private @Nullable String ciphersuites;
    private @Nullable String curves;
    private @Nullable Integer securityLevel;
    private boolean renegotiation = true;

    /** Takes the line if it is about TLS. */
    boolean set(String key, String value) throws Refusal {
        switch (key) {
            case "ciphers" -> ciphers = value;
            case "ciphersuites" -> ciphersuites = value;
            case "curves" -> curves = value;
            case "config" -> commands.add(value);
            case "options" -> option(value);
            case "renegotiation" -> renegotiation = Words.yes(value);
            case "securitylevel" -> securityLevel = securityLevel(value);
            case "sslversion" -> {
                maximum = version(value);
                minimum = maximum;
            }
            case "sslversionmax" -> maximum = version(value);
            case "sslversionmin" -> minimum = version(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    void checkVersions() throws Refusal {
        if (minimum != null && maximum != null && maximum.compareTo(minimum) < 0) {
            throw new Refusal("Invalid protocol version range");
        }
    }

    Tls finish() {
        return new Tls(
                minimum,
                maximum,
                ciphers,
                ciphersuites,
                curves,
                optionsSet,
                optionsCleared,
                securityLevel,
                renegotiation,
                commands);
    }

    private void option(String value) throws Refusal {
        boolean clear = value.startsWith("-");
        String name = TlsOptions.spelled(clear ? value.substring(1) : value)
                .orElseThrow(
                        () -> new Refusal("Illegal TLS option", "\"stunnel -options\" lists those that there are"));
        (clear ? optionsCleared : optionsSet).add(name);
    }

    private static int securityLevel(String value) throws Refusal {
        long level = Words.number(value, "Illegal security level");
        if (level < 0 || level > 5) {
            throw new Refusal("Illegal security level", "write 0 to 5");
        }
        return (int) level;
    }

    /** Null for all. */
    private static @Nullable Version version(String value) throws Refusal {
        return switch (Words.lower(value)) {
            case "all" -> null;
            case "sslv3" -> Version.SSLV3;
            case "tlsv1" -> Version.TLSV1;
            case "tlsv1.1" -> Version.TLSV1_1;
            case "tlsv1.2" -> Version.TLSV1_2;
            case "tlsv1.3" -> Version.TLSV1_3;
            default ->
                throw new Refusal(
                        "Invalid protocol version", "write all, TLSv1.2 or TLSv1.3; Ferrule speaks nothing older");
        };
    }
}

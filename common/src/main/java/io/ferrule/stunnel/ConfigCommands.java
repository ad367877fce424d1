package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelService.Tls;
import io.ferrule.stunnel.StunnelService.Version;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code config = COMMAND:VALUE}: OpenSSL's commands (SSL_CONF_cmd(3)), which come after a section's own options and so before
 * them in effect. Any that is not understood is refused, as it might have made the section safer.
 */
final class ConfigCommands {
    private static final List<String> UNDERSTOOD = List.of(
            "CipherString",
            "Ciphersuites",
            "Curves",
            "Groups",
            "MaxProtocol",
            "MinProtocol",
            "NumTickets",
            "Options",
            "Protocol");

    /** What {@code Options} names, by a bit of {@link TlsOptions}; one with a minus is what the name means when it is not set. */
    private static final Map<String, String> BITS = Map.of(
            "sessionticket", "-NO_TICKET",
            "serverpreference", "CIPHER_SERVER_PREFERENCE",
            "norenegotiation", "NO_RENEGOTIATION",
            "dhsingle", "SINGLE_DH_USE",
            "ecdhsingle", "SINGLE_ECDH_USE",
            "compression", "-NO_COMPRESSION",
            "antireplay", "-NO_ANTI_REPLAY",
            "middleboxcompat", "ENABLE_MIDDLEBOX_COMPAT");

    /** Neither way makes a difference to what is spoken here. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("bugs", "emptyfragments", "encryptthenmac", "prioritizechacha", "ktls");

    private static final Map<String, String> VERSIONS = Map.of(
            "TLSv1", "NO_TLSv1",
            "TLSv1.1", "NO_TLSv1_1",
            "TLSv1.2", "NO_TLSv1_2",
            "TLSv1.3", "NO_TLSv1_3");

    private final Set<String> set;
    private final Set<String> cleared;
    private final List<String> notices;
    private @Nullable Version minimum;
    private @Nullable Version maximum;
    private @Nullable String ciphers;
    private @Nullable String ciphersuites;

    private ConfigCommands(Tls tls, List<String> notices) {
        this.set = new TreeSet<>(tls.optionsSet());
        this.cleared = new TreeSet<>(tls.optionsCleared());
        this.minimum = tls.minimum();
        this.maximum = tls.maximum();
        this.ciphers = tls.ciphers();
        this.ciphersuites = tls.ciphersuites();
        this.notices = notices;
    }

    /**
     * How TLS is spoken with the commands obeyed.
     *
     * @param notices to which those are added that have no effect
     * @throws Refusal naming the first that is not
     */
    static Tls obeyed(Tls tls, List<String> notices) throws Refusal {
        if (tls.commands().isEmpty()) {
            return tls;
        }
        ConfigCommands all = new ConfigCommands(tls, notices);
        for (String each : tls.commands()) {
            int colon = each.indexOf(':');
            if (colon < 0) {
                throw refused(each, "write COMMAND:VALUE");
            }
            all.obey(each.substring(0, colon).strip(), each.substring(colon + 1).strip());
        }
        return new Tls(
                all.minimum,
                all.maximum,
                all.ciphers,
                all.ciphersuites,
                tls.curves(),
                all.set,
                all.cleared,
                tls.securityLevel(),
                tls.renegotiation(),
                tls.commands());
    }

    private void obey(String command, String value) throws Refusal {
        switch (command.toLowerCase(Locale.ROOT)) {
            case "minprotocol" -> minimum = version(command, value);
            case "maxprotocol" -> maximum = version(command, value);
            case "protocol" -> protocols(value);
            case "cipherstring" -> ciphers = value;
            case "ciphersuites" -> {
                if (OptionTable.fate("ciphersuites", value).treatment() == Fate.Treatment.REFUSED) {
                    throw refused(
                            command + ":" + value,
                            OptionTable.fate("ciphersuites", value).sentence());
                }
                ciphersuites = value;
            }
            case "curves", "groups" ->
                notices.add(
                        "config = " + command + " has no effect, as stunnel sets its own curves after it: use curves");
            case "options" -> options(value);
            case "numtickets" -> tickets(value);
            default -> throw refused(command, "of OpenSSL's commands there are " + String.join(", ", UNDERSTOOD));
        }
    }

    private static @Nullable Version version(String command, String value) throws Refusal {
        return switch (value) {
            case "None" -> null;
            case "SSLv3" -> Version.SSLV3;
            case "TLSv1" -> Version.TLSV1;
            case "TLSv1.1" -> Version.TLSV1_1;
            case "TLSv1.2" -> Version.TLSV1_2;
            case "TLSv1.3" -> Version.TLSV1_3;
            default -> throw refused(command + ":" + value, "write TLSv1.2, TLSv1.3 or None");
        };
    }

    private void protocols(String list) throws Refusal {
        for (String word : list.split(",", -1)) {
            boolean off = word.strip().startsWith("-");
            String name = word.strip().replaceFirst("^[-+]", "");
            if (name.equals("ALL")) {
                VERSIONS.values().forEach(bit -> put(bit, off));
            } else if (VERSIONS.containsKey(name)) {
                put(VERSIONS.get(name), off);
            } else if (!off || !name.matches("SSLv[23]|DTLSv1(\\.2)?")) { // those are not spoken anyway
                throw refused(
                        "Protocol:" + list, "versions are " + String.join(", ", new TreeSet<>(VERSIONS.keySet())));
            }
        }
    }

    private void options(String list) throws Refusal {
        for (String word : list.split(",", -1)) {
            boolean off = word.strip().startsWith("-");
            String name = word.strip().replaceFirst("^[-+]", "").toLowerCase(Locale.ROOT);
            String bit = BITS.get(name);
            if (bit == null && !WITHOUT_EFFECT.contains(name)) {
                throw refused(
                        "Options:" + word.strip(), "Ferrule's TLS engine has no such choice, or it would be unsafe");
            }
            if (bit != null) {
                boolean meant = bit.startsWith("-") == off;
                String plain = bit.replaceFirst("^-", "");
                if (TlsOptions.fate(meant ? plain : "-" + plain).treatment() == Fate.Treatment.REFUSED) {
                    throw refused(
                            "Options:" + word.strip(),
                            TlsOptions.fate("-" + plain).sentence());
                }
                put(plain, meant);
            }
        }
    }

    private static void tickets(String number) throws Refusal {
        if (!number.matches("[1-9][0-9]{0,8}")) {
            throw refused(
                    "NumTickets:" + number,
                    "how many tickets a client gets is the engine's choice; for none write" + " options = NO_TICKET");
        }
    }

    private void put(String bit, boolean on) {
        set.remove(bit);
        cleared.remove(bit);
        (on ? set : cleared).add(bit);
    }

    private static Refusal refused(String command, String remedy) {
        return new Refusal("OpenSSL config command \"" + command + "\" is not done by Ferrule", remedy);
    }
}

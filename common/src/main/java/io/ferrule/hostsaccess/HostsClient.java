package io.ferrule.hostsaccess;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A client as rules see it. Its name is looked up only if a rule asks for it, which blocks. One thread. */
final class HostsClient {
    private final InetAddress address;
    private final Function<InetAddress, Optional<String>> names;

    private Optional<String> name = Optional.empty();
    private boolean lookedUp;

    /**
     * At an address.
     *
     * @param names finds the name of an address, if that name has the address too
     */
    HostsClient(InetAddress address, Function<InetAddress, Optional<String>> names) {
        this.address = address;
        this.names = names;
    }

    /** Whether a pattern of hosts_access(5) is about it. */
    boolean is(String word) throws HostsAccessException {
        check(word);
        switch (word.toUpperCase(Locale.ROOT)) {
            case HostPatterns.ALL -> {
                return true;
            }
            case "KNOWN" -> {
                return name().isPresent();
            }
            case "UNKNOWN" -> {
                return name().isEmpty();
            }
            case "LOCAL" -> {
                return name().filter(n -> n.indexOf('.') < 0).isPresent();
            }
            default -> {}
        }
        if (isNetwork(word)) {
            return HostPatterns.network(word).contains(address);
        }
        if (HostPatterns.isLike(word, digits())) {
            return true;
        }
        return !HostPatterns.isAddress(word)
                && name().filter(n -> HostPatterns.isLike(word, n)).isPresent();
    }

    private String digits() {
        byte[] bytes = address.getAddress();
        for (int i = 0; bytes.length == 16 && i < 12; i++) {
            if (bytes[i] != (i < 10 ? 0 : (byte) 0xff)) {
                return address.getHostAddress();
            }
        }
        int v4 = bytes.length - 4; // a listener for both families shows one of IPv4 so
        return (bytes[v4] & 0xff) + "." + (bytes[v4 + 1] & 0xff) + "." + (bytes[v4 + 2] & 0xff) + "."
                + (bytes[v4 + 3] & 0xff);
    }

    private Optional<String> name() {
        if (!lookedUp) {
            name = names.apply(address);
            lookedUp = true;
        }
        return name;
    }

    private static boolean isNetwork(String word) {
        return word.startsWith("[") || (word.indexOf('/') > 0 && HostPatterns.isAddress(word));
    }

    /**
     * Makes sure that a pattern can be understood.
     *
     * @throws HostsAccessException with what it says and what to write instead
     */
    static void check(String word) throws HostsAccessException {
        if (word.equalsIgnoreCase("PARANOID")) {
            throw new HostsAccessException(
                    "PARANOID is not understood: the Java runtime does not tell a wrong name from none; UNKNOWN holds for both");
        }
        if (word.startsWith("@") || word.startsWith("/")) {
            throw new HostsAccessException('\"' + word + '\"'
                    + ": netgroups and files of patterns are not understood; write the addresses themselves");
        }
        if (word.indexOf('@', 1) > 0) {
            throw new HostsAccessException(
                    '\"' + word + '\"' + ": users are not asked for by rules; name hosts alone, or set ident");
        }
        if (isNetwork(word)) {
            HostPatterns.network(word);
        } else if (word.indexOf('/') >= 0) {
            throw new HostsAccessException('\"' + word + '\"' + " is no network such as 10.1.0.0/16 or [fd00::]/8");
        }
    }
}

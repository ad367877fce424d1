package io.ferrule.hostsaccess;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
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
        this.address = plain(address);
        this.names = names;
    }

    /** A listener for both families shows an address of IPv4 as one of IPv6, and another may have a zone. */
    private static InetAddress plain(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e); // of 4 or 16 bytes it always is
        }
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
        if (HostPatterns.isLike(word, NetUtil.toAddressString(address))) {
            return true;
        }
        return !HostPatterns.isAddress(word)
                && name().filter(n -> HostPatterns.isLike(word, n)).isPresent();
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

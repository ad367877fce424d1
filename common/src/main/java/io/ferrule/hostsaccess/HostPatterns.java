package io.ferrule.hostsaccess;

import io.ferrule.config.Network;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The words of a list of daemons or clients, which hold for a name or an address or do not. */
final class HostPatterns {
    static final String ALL = "ALL";

    private static final Pattern SEPARATORS = Pattern.compile("[, \t\r\n]+");
    private static final Pattern IN_DIGITS = Pattern.compile("[0-9./]*");

    private HostPatterns() {}

    /** What one word says; may throw what tells that it cannot be known. */
    interface Test {
        boolean holds(String word) throws HostsAccessException;
    }

    /**
     * Whether a list holds: one of its words does, and those after the next {@code EXCEPT} do not.
     *
     * @throws HostsAccessException what the test threw
     */
    static boolean holds(String list, Test test) throws HostsAccessException {
        String[] words = SEPARATORS.split(list.strip(), -1);
        int sides = 0; // of lists that hold, one within the other
        boolean found = false;
        for (String word : words) {
            if (word.equalsIgnoreCase("EXCEPT")) {
                if (!found) {
                    break;
                }
                sides++;
                found = false;
            } else if (!found && !word.isEmpty() && test.holds(word)) {
                found = true;
            }
        }
        return found == (sides % 2 == 0);
    }

    /** Text as it is, {@code ALL}, the begin or the end of a name at a dot, or with {@code *} and {@code ?}. */
    static boolean isLike(String word, String name) {
        String pattern = word.toLowerCase(Locale.ROOT);
        String text = name.toLowerCase(Locale.ROOT);
        if (pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0) {
            return wildcards(pattern).test(text);
        }
        if (pattern.startsWith(".")) {
            return text.length() > pattern.length() && text.endsWith(pattern);
        }
        if (word.equalsIgnoreCase(ALL)) {
            return true;
        }
        return pattern.endsWith(".") ? text.startsWith(pattern) : text.equals(pattern);
    }

    private static Predicate<String> wildcards(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString()).asMatchPredicate();
    }

    /** True if it can only be an address, or a part of one. */
    static boolean isAddress(String word) {
        return IN_DIGITS.matcher(word).matches() || word.startsWith("[");
    }

    /**
     * A network of IPv4 with a mask or a number of bits, or of IPv6 in brackets.
     *
     * @throws HostsAccessException if it is none, or one that holds for nobody in libwrap
     */
    static Network network(String word) throws HostsAccessException {
        int slash = word.lastIndexOf('/');
        String address = slash < 0 ? word : word.substring(0, slash);
        String mask = slash < 0 ? "" : word.substring(slash + 1);
        boolean brackets = address.startsWith("[") && address.endsWith("]");
        if (brackets) {
            address = address.substring(1, address.length() - 1);
        }
        try {
            String bits = mask.indexOf('.') < 0 ? mask : String.valueOf(bits(Network.parse(mask)));
            Network network = Network.parse(slash < 0 ? address : address + "/" + bits);
            if (brackets != (network.address().length == 16)) {
                throw new HostsAccessException(
                        word + " would hold for nobody: brackets are for IPv6, and for it alone");
            }
            if (!brackets) {
                checkVersion4(word, mask, network);
            }
            return network;
        } catch (IllegalArgumentException e) {
            throw new HostsAccessException(
                    word + " is no network such as 10.1.0.0/255.255.0.0, 10.1.0.0/16 or [fd00::]/8");
        }
    }

    private static void checkVersion4(String word, String mask, Network network) throws HostsAccessException {
        if (mask.equals("0")) {
            throw new HostsAccessException(word + " would hold for nobody; write ALL, or 0.0.0.0/0.0.0.0");
        }
        if (mask.equals("255.255.255.255")) {
            throw new HostsAccessException(word + " would hold for nobody; write the address without a mask");
        }
        for (int bit = network.bits(); bit < Integer.SIZE; bit++) {
            if ((network.address()[bit / Byte.SIZE] & (0x80 >> (bit % Byte.SIZE))) != 0) {
                throw new HostsAccessException(word + " has bits behind its mask, and so would hold for nobody");
            }
        }
    }

    private static int bits(Network mask) {
        int bits = 0;
        boolean ended = false;
        for (int bit = 0; bit < mask.address().length * Byte.SIZE; bit++) {
            boolean set = (mask.address()[bit / Byte.SIZE] & (0x80 >> (bit % Byte.SIZE))) != 0;
            if (set && ended) {
                throw new IllegalArgumentException("not the first bits alone");
            }
            ended |= !set;
            bits += set ? 1 : 0;
        }
        return bits;
    }
}

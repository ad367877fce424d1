package io.ferrule.hostsaccess;

import java.util.List;
import java.util.Locale;

/**
 * One rule, {@code DAEMONS : CLIENTS [: OPTION ...]}, where it stands and as it is written.
 *
 * @param place file and line
 * @param allows what it says of those it holds for
 */
record HostsRule(String place, String daemons, String clients, List<String> options, boolean allows) {
    /** Whether it is about this daemon at all; one that is not need not be understood. */
    boolean isOf(String daemon) throws HostsAccessException {
        try {
            boolean holds = HostPatterns.holds(daemons, word -> {
                int at = word.indexOf('@', 1);
                if (at > 0 && HostPatterns.isLike(word.substring(0, at), daemon)) {
                    throw new HostsAccessException('\"' + word + '\"'
                            + ": rules for one address of this machine are not understood; name the daemon alone");
                }
                return at < 0 && (word.equalsIgnoreCase("KNOWN") || HostPatterns.isLike(word, daemon));
            });
            if (holds && daemons.startsWith("#")) {
                throw new HostsAccessException(
                        "libwrap takes this for a rule, since a comment's # is the first character of its line: move it there");
            }
            return holds;
        } catch (HostsAccessException e) {
            throw at(e);
        }
    }

    boolean holdsFor(HostsClient client) throws HostsAccessException {
        try {
            return HostPatterns.holds(clients, client::is);
        } catch (HostsAccessException e) {
            throw at(e);
        }
    }

    /** What comes of it where it holds. */
    boolean permits() throws HostsAccessException {
        String option = String.join(":", options).strip();
        return switch (option.toLowerCase(Locale.ROOT)) {
            case "allow" -> true;
            case "deny" -> false;
            default -> {
                if (options.isEmpty()) {
                    yield allows;
                }
                throw at(new HostsAccessException("the options " + '\"' + option + '\"'
                        + " are not done: a rule may have one, which is allow or deny, and nothing behind it"));
            }
        };
    }

    /**
     * Makes sure that it can be understood, whoever the client is.
     *
     * @throws HostsAccessException with its place
     */
    void check() throws HostsAccessException {
        permits();
        try {
            for (String word : clients.strip().split("[, \t\r\n]+", -1)) {
                HostsClient.check(word);
            }
        } catch (HostsAccessException e) {
            throw at(e);
        }
    }

    private HostsAccessException at(HostsAccessException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith(place) ? e : new HostsAccessException(place + ": " + message);
    }
}

package io.ferrule.ident;

/** An answer of a machine about one of its connections (RFC 1413 §4). */
public final class IdentAnswer {
    private IdentAnswer() {}

    /**
     * The user in {@code PORTS : USERID : SYSTEM : USER}.
     *
     * @throws IllegalArgumentException with what is wrong, in stunnel's words, which log watchers look for
     */
    public static String user(String line) {
        String[] parts = line.split(":", 4);
        if (parts.length < 2) {
            throw malformed();
        }
        if (parts.length > 2 && !parts[1].equals(" USERID ")) {
            throw new IllegalArgumentException("Incorrect IDENT response type");
        }
        if (parts.length < 4) {
            throw malformed();
        }
        return parts[3].replaceFirst("^ +", "");
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("Malformed IDENT response");
    }
}

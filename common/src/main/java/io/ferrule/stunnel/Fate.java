package io.ferrule.stunnel;

/**
 * What becomes of an option, or of one value of it.
 *
 * @param sentence how it differs, what is not done, or why it is refused and what to do instead; empty if {@link Treatment#HONOURED}
 */
public record Fate(Treatment treatment, String sentence) {
    /** The same effect as in stunnel. */
    public static final Fate HONOURED = new Fate(Treatment.HONOURED, "");

    /** What Ferrule does with what stunnel's manual offers. */
    public enum Treatment {
        /** It has the effect that it has in stunnel. */
        HONOURED,
        /** It has the effect that it is written for, with a difference that the manual tells. */
        DIFFERS,
        /** It is accepted, has no effect here, and needs none; one notice says so. */
        NOTICE,
        /** It would change what the tunnel does and is not done here: the configuration is refused. */
        REFUSED
    }

    static Fate differs(String sentence) {
        return new Fate(Treatment.DIFFERS, sentence);
    }

    static Fate notice(String sentence) {
        return new Fate(Treatment.NOTICE, sentence);
    }

    static Fate refused(String sentence) {
        return new Fate(Treatment.REFUSED, sentence);
    }
}

package io.ferrule.stunnel;

/**
 * A configuration that cannot be run, as stunnel says it. It is printed without a stack trace; stunnel stops at the first.
 *
 * <p>Its message is the line that stunnel would log at level 3, if there is one, such as {@code /etc/stunnel/a.conf:3: "x = 1":
 * Specified option name is not valid here}, {@code Service [redis]: Each service must define two endpoints} or {@code Global
 * options: Pid file must include full path name}.
 */
public final class StunnelException extends Exception {
    private static final long serialVersionUID = 1L;

    // As long as a line of stunnel's log may be.
    private static final int LONGEST = 1024;

    private final String remedy;

    /** One that says all there is to say. */
    public StunnelException(String message) {
        this(message, "");
    }

    /**
     * One with advice.
     *
     * @param remedy what we add: why, and what to do instead; empty if stunnel's own line says it all
     */
    public StunnelException(String message, String remedy) {
        super(cut(message), null, false, false);
        this.remedy = remedy;
    }

    /** Stunnel's own line. */
    public String line() {
        return String.valueOf(getMessage());
    }

    private static String cut(String message) {
        String printable = Words.printable(message);
        return printable.length() > LONGEST ? printable.substring(0, LONGEST) : printable;
    }

    /** What we add to stunnel's own line; may be empty. */
    public String remedy() {
        return remedy;
    }

    /** An error in a line: {@code PATH:LINE: "TEXT": REASON}. */
    static StunnelException atLine(String file, int line, String text, String reason) {
        return atLine(file, line, text, reason, "");
    }

    /** An error in a line, with advice. */
    static StunnelException atLine(String file, int line, String text, String reason, String remedy) {
        return new StunnelException("%s:%d: \"%s\": %s".formatted(file, line, text, reason), remedy);
    }

    /** What a whole section lacks: {@code Service [NAME]: REASON}. */
    public static StunnelException inService(String service, String reason, String remedy) {
        return new StunnelException("Service [" + service + "]: " + reason, remedy);
    }
}

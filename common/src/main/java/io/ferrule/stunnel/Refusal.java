package io.ferrule.stunnel;

/** Why a line or a section is wrong, in stunnel's words; whoever catches it knows where. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    Refusal(String reason) {
        this(reason, "");
    }

    /** With what we add; may be empty. */
    Refusal(String reason, String remedy) {
        super(reason, null, false, false);
        this.remedy = remedy;
    }

    /** Stunnel's reason. */
    String reason() {
        return String.valueOf(getMessage());
    }

    String remedy() {
        return remedy;
    }
}

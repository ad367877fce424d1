package io.ferrule.token;

/** A token does not do what it is needed for; the message is a sentence for the operator, without a PIN. */
public final class TokenException extends Exception {
    private static final long serialVersionUID = 1L;

    TokenException(String message) {
        super(message, null, false, false);
    }

    /** The sentence. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}

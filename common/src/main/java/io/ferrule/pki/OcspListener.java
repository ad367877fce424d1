package io.ferrule.pki;

/** Hears of every question that was put to an OCSP responder, on the thread that asked; never blocks it. */
@FunctionalInterface
public interface OcspListener {
    /** Hears nothing. */
    OcspListener NONE = answer -> {};

    /** How a question ended. */
    enum Answer {
        GOOD,
        REVOKED,
        /** No answer, or one that says nothing. */
        NONE
    }

    void asked(Answer answer);
}

package io.ferrule.config;

/** Which of several services a client is given by the server name that it asks for (SNI); names have no case. */
public enum NameMatching {
    /** An exact name before a wildcard, which is {@code *} in place of the whole first label and stands for one label. */
    MOST_SPECIAL,
    /**
     * The first listed of which the name fits, as stunnel chooses: after a {@code *} at its begin, whatever ends in the rest of
     * it, and nothing but itself otherwise.
     */
    FIRST_LISTED
}

package io.ferrule.config;

import java.util.List;
import java.util.stream.Stream;

/** Whether the target is told by a PROXY header, before any other byte, whose connection it is. */
public enum SendProxy {
    OFF("off"),
    /** A line of text. */
    V1("v1"),
    /** Binary. */
    V2("v2"),
    /** Binary, with what TLS says of the client: version, cipher, names, certificate. */
    V2_TLS("v2-ssl");

    private final String word;

    SendProxy(String word) {
        this.word = word;
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    static SendProxy parse(String text) {
        List<String> words = Stream.of(values()).map(SendProxy::toString).toList();
        int index = words.indexOf(text.strip());
        if (index < 0) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not one of " + String.join(", ", words) + Nearest.hint(text, words));
        }
        return values()[index];
    }

    /** As HAProxy and the options have it. */
    @Override
    public String toString() {
        return word;
    }
}

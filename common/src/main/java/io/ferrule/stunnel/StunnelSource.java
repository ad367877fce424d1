package io.ferrule.stunnel;

import java.nio.file.Path;
import java.util.Optional;

/** Where a configuration is read from. */
public sealed interface StunnelSource {
    /** A file by its name, whose real path is what stunnel says in its lines. */
    record File(String name) implements StunnelSource {
        /** Absolute; empty if no file can have this name, which the locale decides too. */
        public Optional<Path> path() {
            try {
                return Optional.of(Words.file(name).toAbsolutePath());
            } catch (Refusal e) {
                return Optional.empty();
            }
        }
    }

    /** An open descriptor of this process ({@code -fd N}), as it is written. */
    record Descriptor(String number) implements StunnelSource {}

    /**
     * A text that is there already, such as {@link Stunnel3} makes.
     *
     * @param name what errors call it
     */
    record Text(String name, String text) implements StunnelSource {}
}

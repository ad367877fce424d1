package io.ferrule.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of the manual that the code knows best: a test compares it, {@code -Dferrule.docs=write} writes it. */
public final class GeneratedDoc {
    private GeneratedDoc() {}

    /** Fails unless {@code docs/reference/<name>} holds exactly this text; with {@code -Dferrule.docs=write} makes it so. */
    public static void check(String name, String text) throws IOException {
        Path page = Manual.root().resolve("docs/reference").resolve(name);
        if ("write".equals(System.getProperty("ferrule.docs"))) {
            Files.createDirectories(page.getParent());
            Files.writeString(page, text);
        }
        assertThat(page)
                .as("%s is out of date: run mvn test with -Dferrule.docs=write and commit it", page)
                .hasContent(text);
    }
}

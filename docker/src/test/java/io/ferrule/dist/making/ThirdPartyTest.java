package io.ferrule.dist.making;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThirdPartyTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void libraryWithoutLicenceFailsTheBuild() throws IOException {
        jar("lib-1.0.jar", "META-INF/NOTICE", "by somebody");
        assertThatThrownBy(() -> ThirdParty.read(bom("[]"), directory)).hasMessageContaining("org.example:lib 1.0");
    }

    @Test
    void libraryWithoutTheTextOfItsLicenceFailsTheBuild() throws IOException {
        jar("lib-1.0.jar", "Some.class", "");
        assertThatThrownBy(() -> ThirdParty.read(bom("[{\"license\":{\"id\":\"MIT\"}}]"), directory))
                .hasMessageContaining("MIT")
                .hasMessageContaining("org.example:lib 1.0");
    }

    @Test
    void libraryThatIsNotThereFailsTheBuild() {
        assertThatThrownBy(() -> ThirdParty.read(bom("[{\"license\":{\"id\":\"Apache-2.0\"}}]"), directory))
                .hasMessageContaining("no jar of lib 1.0");
    }

    @Test
    void textInTheJarIsPassedOn() throws IOException {
        jar("lib-1.0.jar", "META-INF/LICENSE.txt", "Do as you like.");
        assertThat(ThirdParty.read(bom("[{\"license\":{\"name\":\"Fair\"}}]"), directory)
                        .files())
                .containsEntry("licenses/lib-LICENSE.txt", "Do as you like.")
                .extractingByKey("THIRD-PARTY")
                .asString()
                .contains("org.example:lib 1.0", "Fair", "lib/lib-1.0.jar", "licenses/lib-LICENSE.txt");
    }

    private Path bom(String licences) throws IOException {
        return Files.writeString(
                directory.resolve("bom.json"),
                """
                {"components": [{"group": "org.example", "name": "lib", "version": "1.0", "licenses": %s}]}
                """
                        .formatted(licences));
    }

    private void jar(String name, String entry, String text) throws IOException {
        try (OutputStream file = Files.newOutputStream(directory.resolve(name));
                JarOutputStream jar = new JarOutputStream(file)) {
            jar.putNextEntry(new JarEntry(entry));
            jar.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}

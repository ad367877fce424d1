package io.ferrule.dist.making;

import io.ferrule.config.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;

/** Writes everything that is generated for the distribution; Maven starts it before it packs. */
public final class GeneratedFiles {
    private GeneratedFiles() {}

    /**
     * Writes into the first argument's directory.
     *
     * @param arguments output directory with {@code sbom.cdx.json} in it, directory of the libraries, directory of the
     *     source, version, time of the build as ISO 8601
     */
    public static void main(String[] arguments) throws IOException {
        Path output = Path.of(arguments[0]);
        Path source = Path.of(arguments[2]);
        PageHead head = new PageHead(arguments[3], Instant.parse(arguments[4]).atOffset(ZoneOffset.UTC));

        Map<String, String> pages = new TreeMap<>();
        pages.put("man/man1/ferrule.1", BothProgramsPage.text(head));
        for (Role role : Role.values()) {
            pages.put("man/man1/" + role.program() + ".1", ProgramPage.text(role, head));
        }
        pages.put("man/man5/ferrule.yaml.5", ConfigPage.text(head, source.resolve("config")));

        Map<String, String> files = new TreeMap<>(pages);
        files.putAll(Completion.files());
        Path bom = output.resolve("sbom.cdx.json");
        if (Files.exists(bom)) {
            files.putAll(ThirdParty.read(bom, Path.of(arguments[1])).files());
        } else {
            System.out.println(
                    "[dist] no bill of materials, because its plugin does not run offline: the distribution is"
                            + " without sbom.cdx.json, THIRD-PARTY and licences, and must not be passed on");
        }
        for (var file : files.entrySet()) {
            write(output.resolve(file.getKey()), file.getValue());
        }
        DebianFiles.write(output.resolve("debian"), head, pages);
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}

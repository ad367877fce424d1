package io.ferrule.dist.making;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** What Debian wants of a package beside the program: compressed pages and a change log, at their places. */
final class DebianFiles {
    private DebianFiles() {}

    static void write(Path root, PageHead head, Map<String, String> pages) throws IOException {
        for (var page : pages.entrySet()) {
            gzip(root.resolve("usr/share/" + page.getKey() + ".gz"), page.getValue());
        }
        gzip(
                root.resolve("usr/share/doc/ferrule/changelog.gz"),
                """
                ferrule (%s) unstable; urgency=medium

                  * Built from the source of this version; its history is in the source.

                 -- Ferrule <maintainers@ferrule.io>  %s
                """
                        .formatted(
                                head.version().replace("-SNAPSHOT", "~snapshot"),
                                DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ROOT)
                                        .format(head.built())));
    }

    private static void gzip(Path file, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new BestGzip(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        byte[] packed = bytes.toByteArray();
        packed[8] = 2; // "slowest", as gzip -9 writes it (RFC 1952 §2.3.1)
        packed[9] = 3; // Unix; Java's own value depends on its version
        Files.createDirectories(file.getParent());
        Files.write(file, packed);
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}

package io.ferrule.dist.making;

import java.time.OffsetDateTime;

/** What stands at the edges of every manual page. */
record PageHead(String version, OffsetDateTime built) {
    /** The first lines of a page, up to its name and purpose. */
    String begin(String name, int section, String purpose) {
        return new Roff()
                .macro(
                        "TH",
                        name.toUpperCase(java.util.Locale.ROOT),
                        Integer.toString(section),
                        built.toLocalDate().toString(),
                        "Ferrule " + version,
                        "Ferrule")
                .section("NAME")
                .text(Roff.escape(name) + " \\- " + Roff.escape(purpose))
                .toString();
    }
}

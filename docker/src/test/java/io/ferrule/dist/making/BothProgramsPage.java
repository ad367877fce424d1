package io.ferrule.dist.making;

/** The manual page of {@code ferrule}, the one name for both programs. */
final class BothProgramsPage {
    private BothProgramsPage() {}

    static String text(PageHead head) {
        Roff page = new Roff()
                .section("SYNOPSIS")
                .line(Roff.bold("ferrule server") + " " + Roff.slanted("COMMAND") + " [" + Roff.slanted("OPTIONS")
                        + "]")
                .line(".br")
                .line(Roff.bold("ferrule client") + " " + Roff.slanted("COMMAND") + " [" + Roff.slanted("OPTIONS")
                        + "]")
                .line(".br")
                .line(Roff.bold("ferrule version"))
                .section("DESCRIPTION")
                .text("Ferrule carries Redis connections, or those of another protocol, over TLS."
                        + " The server runs beside Redis and accepts TLS; the client runs beside the application,"
                        + " gives it a plaintext port on this machine, and speaks TLS to the one server whose key it"
                        + " was told.")
                .item(
                        Roff.bold("server"),
                        "Does what " + Roff.bold("proxy-server") + "(1) does, with the same commands and options.")
                .item(
                        Roff.bold("client"),
                        "Does what " + Roff.bold("proxy-client") + "(1) does, with the same commands and options.")
                .item(Roff.bold("version"), "Prints the versions of the program and of what it runs on.")
                .section("EXAMPLES")
                .line("On the machine of Redis, let one client in; app.ferrule is all that it needs:")
                .example("ferrule server invite app --address redis.example.net:46379\nferrule server run")
                .paragraph("With that file, on the machine of the application:")
                .example("ferrule client run app.ferrule")
                .section("SEE ALSO")
                .line(".BR proxy\\-server (1),")
                .line(".BR proxy\\-client (1),")
                .line(".BR ferrule.yaml (5)");
        return head.begin("ferrule", 1, "carries connections over TLS: both programs behind one name") + page;
    }
}

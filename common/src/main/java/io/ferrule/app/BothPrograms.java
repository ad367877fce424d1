package io.ferrule.app;

import io.ferrule.config.Nearest;
import io.ferrule.config.Role;
import java.util.Arrays;
import java.util.List;

/** Both programs behind one name: its first argument says which, the others are that program's own. */
public final class BothPrograms {
    private static final String USAGE =
            """
            Usage: ferrule server|client COMMAND [OPTIONS]
                   ferrule stunnel [FILE | -help | ...]
                   ferrule version

              server   what proxy-server does: accepts TLS, forwards to a plaintext
                       service on this machine, such as Redis
              client   what proxy-client does: accepts plaintext on this machine,
                       forwards inside TLS to a server whose identity it verifies
              stunnel  what stunnel does with the same file or flags

            "ferrule server --help" and "ferrule client --help" tell more.""";

    private static final List<String> WORDS = List.of("server", "client", "stunnel", "version", "help");

    private BothPrograms() {}

    /**
     * Does what the command line says and ends the JVM with the exit code.
     *
     * @param main the class started; its jar's manifest knows the version
     */
    @SuppressWarnings("SystemExitOutsideMain") // the distribution's main goes here
    public static void launch(Class<?> main, String... arguments) {
        String word = arguments.length == 0 ? "" : arguments[0];
        switch (word) {
            case "server" -> Program.launch(Role.SERVER, main, after(arguments));
            case "client" -> Program.launch(Role.CLIENT, main, after(arguments));
            case "stunnel" -> Program.launch(Role.SERVER, main, arguments);
            case "version", "--version" -> {
                ProgramLog.silence();
                VersionCommand.print("ferrule " + Versions.of(main), System.out);
            }
            case "help", "--help", "-h" -> System.out.println(USAGE);
            default -> {
                System.err.println(
                        word.isEmpty()
                                ? USAGE
                                : "ferrule: unknown program " + word + Nearest.hint(word, WORDS)
                                        + "\n\"ferrule --help\" lists what there is.");
                System.exit(ExitCode.USAGE.number());
            }
        }
    }

    private static String[] after(String... arguments) {
        return Arrays.copyOfRange(arguments, 1, arguments.length);
    }
}

package io.ferrule.app;

/** What a command tells its caller. */
enum ExitCode {
    /** Done. Also a stop by signal, whether or not connections were cut: the log says how many. */
    OK(0),
    /** Something outside has to be mended: a port in use, a key that cannot be read. */
    FAILED(1),
    /** The command line or the configuration has to be mended. */
    USAGE(2),
    /** A defect in the program. */
    DEFECT(70);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}

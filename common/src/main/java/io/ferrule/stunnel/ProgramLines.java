package io.ferrule.stunnel;

import java.util.Map;

/** What stunnel tells of the programs that it starts. */
final class ProgramLines {
    private static final int SIGNALLED = 128; // and the signal's number: so the Java runtime tells of waitpid(2)
    private static final Map<Integer, String> SIGNALS =
            Map.of(1, "HUP", 2, "INT", 3, "QUIT", 6, "ABRT", 9, "KILL", 11, "SEGV", 13, "PIPE", 14, "ALRM", 15, "TERM");

    private ProgramLines() {}

    static String started(long pid) {
        return "Local mode child started (PID=" + pid + ")";
    }

    /** Not stunnel's, which starts a process that then ends without a word. */
    static String notStarted(String program, String error) {
        return "exec: " + program + ": " + error;
    }

    /** A shell that gives the status of a program it ran as its own cannot be told from one that a signal ended. */
    static String ended(long pid, int status) {
        String signal = SIGNALS.get(status - SIGNALLED);
        return "Child process " + pid
                + (signal == null ? " finished with code " + status : " terminated on SIG" + signal);
    }
}

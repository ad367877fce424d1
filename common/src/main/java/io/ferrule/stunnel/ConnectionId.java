package io.ferrule.stunnel;

import java.util.random.RandomGenerator;

/** What stands in brackets in a connection's lines: stunnel's {@code logId}. */
public enum ConnectionId {
    /** The connection's number in this process. */
    SEQUENTIAL,
    /** 22 letters and digits that no other connection has. */
    UNIQUE,
    /** The thread: here that of an event loop, which serves many connections. */
    THREAD,
    /** The process. */
    PROCESS;

    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int UNIQUE_LENGTH = 22;

    /**
     * The id of a connection; on its event loop.
     *
     * @param number of the connection in this process, from 0
     * @param random unpredictable
     */
    String of(long number, RandomGenerator random) {
        return switch (this) {
            case SEQUENTIAL -> Long.toString(number);
            case UNIQUE -> unique(random);
            case THREAD -> Long.toString(Thread.currentThread().getId());
            case PROCESS -> Long.toString(ProcessHandle.current().pid());
        };
    }

    private static String unique(RandomGenerator random) {
        StringBuilder id = new StringBuilder(UNIQUE_LENGTH);
        for (int i = 0; i < UNIQUE_LENGTH; i++) {
            id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return id.toString();
    }
}

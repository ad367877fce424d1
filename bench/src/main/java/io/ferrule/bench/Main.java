package io.ferrule.bench;

/** The program that {@code bench/run} starts. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.err.println("bench: nothing to run yet");
    }
}

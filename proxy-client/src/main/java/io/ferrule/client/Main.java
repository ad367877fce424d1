package io.ferrule.client;

import io.ferrule.app.Program;
import io.ferrule.config.Role;

/** The program {@code proxy-client}. */
public final class Main {
    private Main() {}

    /** Does what the command line says and ends with its exit code. */
    public static void main(String[] arguments) {
        Program.launch(Role.CLIENT, Main.class, arguments);
    }
}

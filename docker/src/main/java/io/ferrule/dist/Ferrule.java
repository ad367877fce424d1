package io.ferrule.dist;

import io.ferrule.app.BothPrograms;

/** The program {@code ferrule}: {@code ferrule server …} is proxy-server, {@code ferrule client …} is proxy-client. */
public final class Ferrule {
    private Ferrule() {}

    /** Does what the command line says and ends with its exit code. */
    public static void main(String[] arguments) {
        BothPrograms.launch(Ferrule.class, arguments);
    }
}

package io.ferrule.app;

import io.ferrule.config.Role;

/** The real proxy-server in a process of its own, but for its tunnels. */
final class EchoProgram {
    private EchoProgram() {}

    public static void main(String[] arguments) {
        Program.launch(Role.SERVER, "test", EchoTunnel::new, arguments);
    }
}

package io.ferrule.stunnel;

import io.ferrule.config.Address;
import io.ferrule.stunnel.StunnelConfig.Globals;
import io.ferrule.stunnel.StunnelService.Exec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes of a section's {@code exec} the program that is an end of its tunnels. */
final class SectionProgram {
    private SectionProgram() {}

    /**
     * The program, which inherits what {@code setEnv} says. Its errors go the way of its output, unless stunnel would log to
     * stderr.
     *
     * @param notices gets what differs from stunnel
     */
    static Address.Program of(Exec exec, Globals globals, List<String> notices) {
        List<String> arguments = exec.arguments();
        Path program = exec.program();
        String zero = arguments.get(0);
        if (!zero.equals(program.toString()) && !Path.of(zero).equals(program.getFileName())) {
            add(
                    notices,
                    "execArgs: " + program + " sees its own path as $0, and not \"" + zero
                            + "\", which Java cannot pass; if it has to be another, run it by bash -c 'exec -a NAME PROGRAM'");
        }
        if (program.isAbsolute() && !Files.isExecutable(program)) {
            add(notices, "exec: " + program + " is no file that can be run now");
        }
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments.subList(1, arguments.size()));
        boolean ownErrors = globals.logging().foreground() == StunnelConfig.Foreground.YES;
        return new Address.Program(command, environment(globals), ownErrors);
    }

    /** Once, however many tunnels it is an end of. */
    private static void add(List<String> notices, String notice) {
        if (!notices.contains(notice)) {
            notices.add(notice);
        }
    }

    private static Map<String, String> environment(Globals globals) {
        Map<String, String> variables = new HashMap<>();
        for (Given line : globals.given()) {
            if (line.option().name().equals("setEnv")) {
                int equals = line.value().indexOf('=');
                variables.put(line.value().substring(0, equals), line.value().substring(equals + 1));
            }
        }
        return variables;
    }
}

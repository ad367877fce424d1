package io.ferrule.stunnel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line of stunnel 3, such as {@code -c -d 127.0.0.1:56379 -r example.org:46379}, as the configuration that it means.
 *
 * @param text the configuration
 * @param complaints what Perl's Getopt::Std would print of unknown flags; it goes on without them
 */
public record Stunnel3(String text, List<String> complaints) {
    private static final String WITH_VALUE = "DOoCpvaAtNunERBIdsgPrLl";
    private static final String WITHOUT_VALUE = "cTWf";

    /** Those that only stunnel 4 and later have, though some could be read as flags in one word. */
    private static final Set<String> NEWER = Set.of("-fd", "-help", "-version", "-sockets", "-options");

    /** Flags without value, and then those with one, in the order in which stunnel3 writes their lines. */
    private static final List<Map.Entry<Character, String>> LINES = List.of(
            Map.entry('c', "client"),
            Map.entry('T', "transparent"),
            Map.entry('W', "RNDoverwrite"),
            Map.entry('f', "foreground"),
            Map.entry('D', "debug"),
            Map.entry('O', "socket"),
            Map.entry('o', "output"),
            Map.entry('C', "ciphers"),
            Map.entry('p', "cert"),
            Map.entry('v', "verify"),
            Map.entry('a', "CApath"),
            Map.entry('A', "CAfile"),
            Map.entry('t', "session"),
            Map.entry('N', "service"),
            Map.entry('u', "ident"),
            Map.entry('n', "protocol"),
            Map.entry('E', "EGD"),
            Map.entry('R', "RNDfile"),
            Map.entry('B', "RNDbytes"),
            Map.entry('I', "local"),
            Map.entry('d', "accept"),
            Map.entry('s', "setuid"),
            Map.entry('g', "setgid"),
            Map.entry('P', "pid"),
            Map.entry('r', "connect"));

    public Stunnel3 {
        complaints = List.copyOf(complaints);
    }

    /** Whether these arguments are stunnel 3's: they begin with a flag that later stunnels do not have. */
    public static boolean speaks(List<String> arguments) {
        return !arguments.isEmpty()
                && arguments.get(0).matches("-[A-Za-z].*")
                && !NEWER.contains(Words.lower(arguments.get(0)));
    }

    /**
     * Reads the arguments.
     *
     * @throws StunnelException if one of them has a line break, which no configuration can hold
     */
    public static Stunnel3 parse(List<String> arguments) throws StunnelException {
        for (String argument : arguments) {
            if (argument.matches("(?s).*[\\n\\r\\x00].*")) {
                throw new StunnelException(
                        "Invalid argument \"" + argument + "\"", "an argument cannot have more than one line");
            }
        }
        Map<Character, String> flags = new HashMap<>();
        List<String> complaints = new ArrayList<>();
        Deque<String> left = new ArrayDeque<>(arguments);
        while (isFlag(left.peek())) {
            String argument = left.pop();
            if (argument.equals("--")) {
                break;
            }
            String rest = take(argument.charAt(1), argument.substring(2), flags, left, complaints);
            if (!rest.isEmpty()) {
                left.push("-" + rest);
            }
        }
        return new Stunnel3(configuration(flags, List.copyOf(left)), complaints);
    }

    private static boolean isFlag(@Nullable String argument) {
        return argument != null && argument.length() > 1 && argument.charAt(0) == '-';
    }

    /** Takes one flag; what remains of its word are further flags. */
    private static String take(
            char flag, String rest, Map<Character, String> flags, Deque<String> left, List<String> complaints) {
        if (WITH_VALUE.indexOf(flag) >= 0) {
            String value = rest.isEmpty() ? left.poll() : rest;
            if (value == null) {
                flags.remove(flag);
            } else {
                flags.put(flag, value);
            }
            return "";
        }
        if (WITHOUT_VALUE.indexOf(flag) >= 0) {
            flags.put(flag, "yes");
        } else {
            complaints.add("Unknown option: " + flag);
        }
        return rest;
    }

    private static String configuration(Map<Character, String> flags, List<String> arguments) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Character, String> line : LINES) {
            String value = flags.get(line.getKey());
            if (value != null) {
                text.append(line.getValue()).append(" = ").append(value).append('\n');
            }
        }
        String program = flags.containsKey('L') ? flags.get('L') : flags.get('l');
        if (program != null) {
            List<String> words = new ArrayList<>(List.of(program));
            words.addAll(arguments);
            text.append(flags.containsKey('L') ? "pty = yes\n" : "")
                    .append("exec = " + program + "\n")
                    .append("execArgs = " + String.join(" ", words) + "\n");
        }
        return text.append(flags.containsKey('d') ? "[stunnel3]\n" : "").toString();
    }
}

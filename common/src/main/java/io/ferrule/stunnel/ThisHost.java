package io.ferrule.stunnel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** Asks the resolver and the files of the machine. Accounts that only a directory service knows are not found. */
final class ThisHost implements StunnelHost {
    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        // The runtime takes the empty name for this machine and allows brackets; getaddrinfo(3) does neither.
        if (host.isEmpty() || host.startsWith("[")) {
            throw new UnknownHostException(host);
        }
        return List.of(InetAddress.getAllByName(host));
    }

    @Override
    public OptionalInt port(String service) {
        for (String line : lines("/etc/services")) {
            String[] words = line.replaceFirst("#.*", "").trim().split("\\s+");
            if (words.length > 1
                    && words[1].endsWith("/tcp")
                    && !service.equals(words[1])
                    && Arrays.asList(words).contains(service)) {
                return number(words[1].substring(0, words[1].length() - "/tcp".length()));
            }
        }
        return OptionalInt.empty();
    }

    @Override
    public OptionalInt user(String name) {
        return account("/etc/passwd", name);
    }

    @Override
    public OptionalInt group(String name) {
        return account("/etc/group", name);
    }

    @Override
    public boolean givesUpPrivileges() {
        // java.lang.foreign (JEP 454)
        return Runtime.version().feature() >= 22
                && System.getProperty("os.name", "").startsWith("Linux");
    }

    private static OptionalInt account(String file, String name) {
        for (String line : lines(file)) {
            String[] fields = line.split(":", -1);
            if (fields.length > 2 && fields[0].equals(name)) {
                return number(fields[2]);
            }
        }
        return OptionalInt.empty();
    }

    private static OptionalInt number(String digits) {
        return digits.matches("\\d{1,9}") ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of(); // a container without the file knows no names
        }
    }
}

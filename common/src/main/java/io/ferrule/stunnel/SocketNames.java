package io.ferrule.stunnel;

import io.ferrule.connection.OwnClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;

/** Addresses as stunnel's lines have them: in numbers, IPv6 without brackets. */
final class SocketNames {
    private SocketNames() {}

    static String of(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            InetAddress ip = inet.getAddress();
            return (ip == null ? inet.getHostString() : compact(ip.getHostAddress())) + ":" + inet.getPort();
        }
        String path = address.toString();
        return path.isEmpty() ? "unnamed socket" : "localhost:" + path; // as getnameinfo(3) has it
    }

    /** The longest run of zeros as two colons (RFC 5952 §4.2), which the runtime does not write. */
    private static String compact(String ip) {
        if (ip.indexOf(':') < 0) {
            return ip;
        }
        int zone = ip.indexOf('%');
        String[] groups = (zone < 0 ? ip : ip.substring(0, zone)).split(":");
        int start = -1;
        int length = 1; // one group of zeros is written
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end].equals("0")) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        String text = start < 0
                ? String.join(":", groups)
                : joined(groups, 0, start) + "::" + joined(groups, start + length, groups.length);
        return zone < 0 ? text : text + ip.substring(zone);
    }

    private static String joined(String[] groups, int from, int to) {
        return String.join(":", Arrays.asList(groups).subList(from, to));
    }

    /** Where a client comes from, after what it did; empty where stunnel knows no address. */
    static String from(SocketAddress client) {
        if (client instanceof OwnClient own) {
            // With stunnel a program has a port, of a pair of connections that it makes with itself.
            return own.isProgram() ? " from unnamed socket" : "";
        }
        return " from " + of(client);
    }
}

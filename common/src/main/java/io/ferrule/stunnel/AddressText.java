package io.ferrule.stunnel;

import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads addresses as stunnel does, and asks the machine about their names. */
final class AddressText {
    private static final String NONAME = "Neither nodename nor servname known (EAI_NONAME)";
    private static final int PORTS = 65_536;
    // sun_path holds 108 bytes and ends with a zero (unix(7)).
    private static final int LONGEST_SOCKET_BYTES = 107;

    private final StunnelHost host;
    private final StunnelLog log;

    AddressText(StunnelHost host, StunnelLog log) {
        this.host = host;
        this.log = log;
    }

    /** The address, if its service and its path can be; why not is logged. Its host is not looked for. */
    Optional<StunnelAddress> parse(String text) {
        if (text.startsWith("/")) {
            return socket(text);
        }
        int colon = text.lastIndexOf(':');
        String service = text.substring(colon + 1);
        OptionalInt port = service.matches("[0-9]*") ? number(service) : host.port(service);
        if (port.isEmpty()) {
            log.log(3, "ui", "Unknown TCP service \"" + service + "\"");
            return Optional.empty();
        }
        if (colon < 0) {
            return Optional.of(new StunnelAddress.Port(text, port.getAsInt()));
        }
        String name = text.substring(0, colon);
        return Optional.of(new StunnelAddress.Host(text, name.equals("*") ? "0.0.0.0" : name, port.getAsInt()));
    }

    /** Whether its host has an address now; if not, that is logged. */
    boolean resolves(StunnelAddress address) {
        if (!(address instanceof StunnelAddress.Host named)) {
            return true;
        }
        try {
            host.addresses(named.host());
            return true;
        } catch (UnknownHostException e) {
            unresolved(named.host());
            return false;
        }
    }

    /** Logs what stunnel says of a name without address. */
    void unresolved(String name) {
        log.log(3, "ui", "Error resolving \"" + name + "\": " + NONAME);
    }

    private Optional<StunnelAddress> socket(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_BYTES) {
            log.log(3, "ui", "Unix socket path is too long");
            return Optional.empty();
        }
        try {
            return Optional.of(new StunnelAddress.Socket(text, Words.file(text)));
        } catch (Refusal e) {
            log.log(3, "ui", text + ": " + e.reason());
            return Optional.empty();
        }
    }

    /** What is too large begins anew at 0; nothing is port 0, which the kernel replaces. */
    private static OptionalInt number(String digits) {
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            port = (port * 10 + digits.charAt(i) - '0') % PORTS;
        }
        return OptionalInt.of(port);
    }
}

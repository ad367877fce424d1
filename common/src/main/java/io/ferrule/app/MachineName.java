package io.ferrule.app;

import io.ferrule.config.Address;
import io.ferrule.pki.CertificateTemplate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What other machines may know this one by. A guess, for certificates and for commands to paste. */
final class MachineName {
    private MachineName() {}

    /** The kernel's host name, or {@code localhost} if there is none. */
    static String host() {
        try {
            // Not InetAddress first: it asks a name server, which may not answer for seconds.
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            if (!name.isEmpty()) {
                return name;
            }
        } catch (IOException notLinux) {
            // the runtime knows another way
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException nameless) {
            return "localhost";
        }
    }

    /** The address to give to a client of a listener on this machine: a wildcard becomes the host name. */
    static String reachable(Address.Tcp listen) {
        return reachableAddress(listen).toString();
    }

    /** The same as an address. */
    static Address.Tcp reachableAddress(Address.Tcp listen) {
        return new Address.Tcp(isGuess(listen) ? host() : listen.host(), listen.port());
    }

    /** True if the address to give to clients does not follow from that of the listener. */
    static boolean isGuess(Address listen) {
        return listen instanceof Address.Tcp tcp
                && List.of("0.0.0.0", "::", "*").contains(tcp.host());
    }

    /** The names to put into a certificate of this machine; none if its name could not be one. */
    static List<String> certifiable() {
        List<String> names = List.of(host());
        try {
            return CertificateTemplate.of("name", names).names();
        } catch (IllegalArgumentException notAName) {
            return List.of();
        }
    }
}

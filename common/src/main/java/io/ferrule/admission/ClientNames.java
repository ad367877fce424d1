package io.ferrule.admission;

import io.ferrule.config.NamePattern;
import io.netty.util.NetUtil;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A client's certificate carries at least one of the allowed names. In {@code cn:} and {@code uri:} patterns a {@code *}
 * stands for any run of characters, and case matters; in {@code dns:} it stands for one whole label; {@code ip:} is one
 * address or a network such as {@code 10.0.0.0/8}.
 */
final class ClientNames implements NameRule {
    private final List<NamePattern> patterns;
    private final List<Predicate<CertificateNames>> checks;

    /**
     * Compiles the patterns.
     *
     * @throws IllegalArgumentException with a sentence for the operator for an {@code ip:} or {@code dns:} that is none
     */
    ClientNames(List<NamePattern> patterns) {
        this.patterns = List.copyOf(patterns);
        this.checks = patterns.stream().map(ClientNames::check).toList();
    }

    private static Predicate<CertificateNames> check(NamePattern pattern) {
        String text = pattern.pattern();
        return switch (pattern.kind()) {
            case ANY -> names -> true;
            case CN -> names -> names.cn().stream().anyMatch(n -> matches(text, n));
            case URI -> names -> names.uri().stream().anyMatch(n -> matches(text, n));
            case DNS -> {
                String[] labels = CertificateNames.ascii(text).split("\\.", -1);
                yield names -> names.dns().stream().anyMatch(n -> labelsMatch(labels, n.split("\\.", -1)));
            }
            case IP -> {
                Network network = Network.parse(text);
                yield names -> names.addresses().stream().anyMatch(network::contains);
            }
        };
    }

    @Override
    public boolean allows(X509Certificate certificate) {
        CertificateNames names = CertificateNames.of(certificate);
        return checks.stream().anyMatch(c -> c.test(names));
    }

    @Override
    public String expected() {
        return patterns.stream().map(NamePattern::toString).collect(Collectors.joining(" or "));
    }

    private static boolean labelsMatch(String[] pattern, String[] name) {
        if (pattern.length != name.length) {
            return false;
        }
        for (int i = 0; i < pattern.length; i++) {
            if (name[i].isEmpty() || !(pattern[i].equals("*") || pattern[i].equals(name[i]))) {
                return false;
            }
        }
        return true;
    }

    /** Goes back to the last {@code *} only, so that no name makes it slow as it would a regular expression. */
    static boolean matches(String pattern, String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int resume = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = n;
            } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** One address, or all that share its first bits. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Network(byte[] address, int bits) {
        static Network parse(String text) {
            int slash = text.indexOf('/');
            byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
            if (address == null) {
                throw notANetwork(text);
            }
            int all = address.length * 8;
            String bits = slash < 0 ? String.valueOf(all) : text.substring(slash + 1);
            if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > all) {
                throw notANetwork(text);
            }
            return new Network(address, Integer.parseInt(bits));
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }

        private static IllegalArgumentException notANetwork(String text) {
            return new IllegalArgumentException(
                    "\"ip:" + text + "\" is neither an IP address nor a network such as ip:10.0.0.0/8");
        }
    }
}

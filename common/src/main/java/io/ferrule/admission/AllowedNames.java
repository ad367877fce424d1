package io.ferrule.admission;

import io.ferrule.config.NamePattern;
import io.ferrule.config.Network;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A peer's certificate carries at least one of the allowed names. In {@code cn:}, {@code ou:} and {@code uri:} patterns a {@code *}
 * stands for any run of characters, and case matters; in {@code dns:} it stands for one whole label; {@code ip:} is one
 * address or a network such as {@code 10.0.0.0/8}; {@code email:} is {@link EmailPattern}, {@code host:} is {@link HostName}.
 */
final class AllowedNames implements NameRule {
    private final List<NamePattern> patterns;
    private final List<Predicate<CertificateNames>> checks;

    /**
     * Compiles the patterns.
     *
     * @throws IllegalArgumentException with a sentence for the operator for one that its kind cannot be
     */
    AllowedNames(List<NamePattern> patterns) {
        if (patterns.isEmpty()) {
            throw new IllegalArgumentException("at least one name is needed");
        }
        this.patterns = List.copyOf(patterns);
        this.checks = patterns.stream().map(AllowedNames::check).toList();
    }

    private static Predicate<CertificateNames> check(NamePattern pattern) {
        String text = pattern.pattern();
        return switch (pattern.kind()) {
            case ANY -> names -> true;
            case CN -> {
                Wildcard wildcard = new Wildcard(text);
                yield names -> names.cn().stream().anyMatch(wildcard::matches);
            }
            case OU -> {
                Wildcard wildcard = new Wildcard(text);
                yield names -> names.ou().stream().anyMatch(wildcard::matches);
            }
            case URI -> {
                Wildcard wildcard = new Wildcard(text);
                yield names -> names.uri().stream().anyMatch(wildcard::matches);
            }
            case DNS -> {
                DnsPattern dns = new DnsPattern(text);
                yield names -> names.dns().stream().anyMatch(dns::matches);
            }
            case HOST -> {
                HostName host = new HostName(text);
                yield host::isCarriedBy;
            }
            case IP -> {
                Network network = Network.parse(text);
                yield names -> names.addresses().stream().anyMatch(network::contains);
            }
            case EMAIL -> {
                EmailPattern email = new EmailPattern(text);
                yield names -> names.email().stream().anyMatch(email::matches);
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

    @Override
    public String words() {
        return patterns.stream().anyMatch(p -> p.kind() == NamePattern.Kind.ANY)
                ? "whatever name it carries"
                : "if it carries " + expected();
    }
}

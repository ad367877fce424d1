package io.ferrule.testing;

import io.ferrule.config.Pin;
import io.ferrule.config.Role;
import io.ferrule.connection.HandshakeFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every kind of rule that a peer's certificate can be judged by: options of the program that judges, a certificate that they let in
 * and one that they refuse. One list for tests of the rules alone, and for those over sockets.
 */
public final class RuleKinds {
    private static final String NAME = "redis.test";

    private final Path directory;
    private final TestCertificates.Authority authority = TestCertificates.authority();
    private final Path bundle;
    private final List<Kind> kinds = new ArrayList<>();

    /**
     * One of them.
     *
     * @param name for people
     * @param judge the program that judges its peer by it
     * @param options of that program, apart from addresses and its own certificate
     * @param changed options after whose change the accepted certificate is refused, in place of the others
     * @param accepted let in; where {@code options} say invited, once somebody invited its key
     * @param refused not let in by {@code options}
     * @param failure why
     */
    public record Kind(
            String name,
            Role judge,
            Map<String, List<String>> options,
            Map<String, List<String>> changed,
            TestCertificate accepted,
            TestCertificate refused,
            HandshakeFailure failure) {
        /** Options as flags of the command line. */
        public static List<String> flags(Map<String, List<String>> options) {
            List<String> flags = new ArrayList<>();
            options.forEach((option, values) -> values.forEach(value -> {
                flags.add("--" + option);
                flags.add(value);
            }));
            return flags;
        }

        /** True if the accepted certificate has to be invited first. */
        public boolean byInvitation() {
            return options.getOrDefault("access", List.of()).contains("invited");
        }

        @Override
        public String toString() {
            return judge.program() + " " + name;
        }
    }

    private RuleKinds(Path directory) {
        this.directory = directory;
        this.bundle = authority.writeTo(directory);
    }

    /** All of them; their files are written into the directory. */
    public static List<Kind> in(Path directory) {
        RuleKinds made = new RuleKinds(directory);
        made.names();
        made.keys();
        made.revocation();
        return List.copyOf(made.kinds);
    }

    /** The names that a certificate can carry, for both programs. */
    private void names() {
        for (Role judge : Role.values()) {
            named(judge, "cn:worker-*", "cn:ops-*", leaf().subject("CN=worker-7"), leaf().subject("CN=intern"));
            named(judge, "ou:billing", "ou:sales", leaf().subject("OU=billing,CN=a"), leaf().subject("OU=ops,CN=a"));
            named(judge, "dns:*.prod.test", "dns:*.dev.test", leaf().dns("a.prod.test"), leaf().dns("a.b.prod.test"));
            named(
                    judge,
                    "uri:spiffe://prod/*",
                    "uri:spiffe://dev/*",
                    leaf().uri("spiffe://prod/a"),
                    leaf().uri("spiffe://stage/a"));
            named(judge, "ip:10.1.0.0/16", "ip:10.2.0.0/16", leaf().names("10.1.2.3"), leaf().names("10.3.2.3"));
            named(
                    judge,
                    "email:*@shop.test",
                    "email:*@other.test",
                    leaf().email("bob@SHOP.test"),
                    leaf().email("bob@shop.test.evil"));
            TestCertificate stranger = TestCertificates.authority().issue("worker-7");
            add(
                    "name *",
                    judge,
                    signed(judge, "*"),
                    signed(judge, "cn:ops"),
                    leaf().issue(),
                    stranger,
                    HandshakeFailure.UNTRUSTED);
        }
        add(
                "server-name",
                Role.CLIENT,
                Map.of("ca", List.of(bundle.toString()), "server-name", List.of(NAME)),
                Map.of("ca", List.of(bundle.toString()), "server-name", List.of("other.test")),
                authority.issue(NAME),
                authority.issue("else.test"),
                HandshakeFailure.NAME_MISMATCH);
    }

    private void named(
            Role judge, String name, String other, TestCertificates.Leaf accepted, TestCertificates.Leaf refused) {
        add(
                "name " + name,
                judge,
                signed(judge, name),
                signed(judge, other),
                accepted.issue(),
                refused.issue(),
                HandshakeFailure.NAME_MISMATCH);
    }

    private void keys() {
        TestCertificate known = TestCertificates.selfSigned(NAME);
        TestCertificate stranger = TestCertificates.selfSigned(NAME);
        Pin third = TestCertificates.selfSigned(NAME).pin();
        for (Role judge : Role.values()) {
            String pin = judge == Role.SERVER ? "client-pin" : "pin";
            add(
                    "pin",
                    judge,
                    Map.of(pin, List.of(known.pin().toString())),
                    Map.of(pin, List.of(third.toString())),
                    known,
                    stranger,
                    HandshakeFailure.PIN_MISMATCH);
            add(
                    "deny",
                    judge,
                    denying(pin, known, stranger, stranger, "deny"),
                    denying(pin, known, stranger, known, "deny-changed"),
                    known,
                    stranger,
                    HandshakeFailure.DENIED);
        }
        add(
                "optional",
                Role.SERVER,
                Map.of("client-pin", List.of(known.pin().toString()), "client-certificate", List.of("optional")),
                Map.of("client-pin", List.of(third.toString()), "client-certificate", List.of("optional")),
                known,
                stranger,
                HandshakeFailure.PIN_MISMATCH);
        add(
                "invited",
                Role.SERVER,
                Map.of("access", List.of("invited")),
                Map.of("client-pin", List.of(third.toString())),
                known,
                stranger,
                HandshakeFailure.PIN_MISMATCH);
        Path stored = known.writeCertificateTo(directory, "stored");
        Path other = stranger.writeCertificateTo(directory, "stored-changed");
        add(
                "stored certificate",
                Role.CLIENT,
                Map.of("server-certificate", List.of(stored.toString())),
                Map.of("server-certificate", List.of(other.toString())),
                known,
                stranger,
                HandshakeFailure.CERTIFICATE_MISMATCH);
    }

    private Map<String, List<String>> denying(
            String pin, TestCertificate one, TestCertificate two, TestCertificate denied, String name) {
        Path file = TestCertificate.write(directory.resolve(name), denied.pin() + " # let go\n");
        return Map.of(pin, List.of(one.pin().toString(), two.pin().toString()), "deny", List.of(file.toString()));
    }

    private void revocation() {
        TestCertificate good = leaf().issue();
        TestCertificate bad = leaf().issue();
        Path crl = TestCrl.of(authority).revoking(bad.certificate()).writeTo(directory, "ca");
        Path later = TestCrl.of(authority).revoking(good.certificate()).writeTo(directory, "ca-changed");
        for (Role judge : Role.values()) {
            add(
                    "crl",
                    judge,
                    with(signed(judge, "*"), "crl", crl),
                    with(signed(judge, "*"), "crl", later),
                    good,
                    bad,
                    HandshakeFailure.REVOKED);
        }
    }

    private TestCertificates.Leaf leaf() {
        return authority.leaf("a").withoutNames();
    }

    private Map<String, List<String>> signed(Role judge, String name) {
        return judge == Role.SERVER
                ? Map.of("client-ca", List.of(bundle.toString()), "client-name", List.of(name))
                : Map.of("ca", List.of(bundle.toString()), "verify-name", List.of(name));
    }

    private static Map<String, List<String>> with(Map<String, List<String>> options, String option, Path file) {
        Map<String, List<String>> more = new LinkedHashMap<>(options);
        more.put(option, List.of(file.toString()));
        return more;
    }

    private void add(
            String name,
            Role judge,
            Map<String, List<String>> options,
            Map<String, List<String>> changed,
            TestCertificate accepted,
            TestCertificate refused,
            HandshakeFailure failure) {
        kinds.add(new Kind(name, judge, options, changed, accepted, refused, failure));
    }
}

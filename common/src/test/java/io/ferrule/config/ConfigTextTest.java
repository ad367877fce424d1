package io.ferrule.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigTextTest {
    private static final int CONFIGS = 300;
    private static final String PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

    @TempDir
    private Path dir;

    private final Random random = new Random(7);

    @ParameterizedTest
    @EnumSource(Role.class)
    void everyConfigReadsBackFromItsTextAndObeysTheSchema(Role role) {
        SchemaJudge schema = SchemaJudge.of(role);
        for (int i = 0; i < CONFIGS; i++) {
            ProcessConfig config = config(role);
            String text = ConfigText.of(config);
            assertThat(Told.nothing(role).file(dir, text).config()).as(text).isEqualTo(config);
            assertThat(schema.problems(text)).as(text).isEmpty();
        }
    }

    @Test
    void textSpellsOutEveryDefault() {
        String text = ConfigText.of(Told.server().flag("certificate", "/a.pem").config());
        assertThat(Option.forRole(Role.SERVER).stream().map(Option::name).filter(n -> !List.of(
                                "config",
                                "key",
                                "certificate-pem",
                                "key-pem",
                                "key-password",
                                "publish-pin",
                                "client-pin",
                                "client-ca",
                                "client-name",
                                "client-certificate",
                                "crl",
                                "deny",
                                "alpn",
                                "tls-ciphers",
                                "tls-groups",
                                "tls-signatures",
                                "ticket-keys",
                                "insecure-allow-expired")
                        .contains(n)))
                .allSatisfy(name -> assertThat(text).containsPattern("(?m)^ *" + name + ": \\S"));
        assertThat(text)
                .startsWith("admin: none\nhealth-check: false\ntransport: auto\n")
                .contains("tunnels:\n  default:\n    listen: 0.0.0.0:46379\n");
    }

    @Test
    void secretsAreCommentsAndNothingElseIsLost() {
        String key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----\n";
        ProcessConfig config = Told.server()
                .variable("FERRULE_CERTIFICATE_PEM", PEM)
                .variable("FERRULE_KEY_PEM", key)
                .variable("FERRULE_KEY_PASSWORD", "hunter2")
                .config();
        String text = ConfigText.of(config);
        assertThat(text)
                .contains("\n    certificate-pem: |\n      -----BEGIN CERTIFICATE-----\n      MIIB\n")
                .contains("\n    # key-pem: (secret)\n    # key-password: (secret)\n")
                .doesNotContain("hunter2", "MIGH");
        AcceptTls tls = Told.nothing(Role.SERVER).file(dir, text).acceptTls();
        assertThat(tls.keys()).isEqualTo(new KeySources(List.of(), List.of(), List.of(new Secret(PEM)), null));
        assertThat(config.toString()).doesNotContain("hunter2", "MIGH");
    }

    @Test
    void tunnelThatDoesNotFitTheRoleIsRefused() {
        ProcessConfig client = Told.client().config();
        ProcessConfig wrong = new ProcessConfig(
                Role.SERVER,
                client.tunnels(),
                null,
                false,
                TransportChoice.AUTO,
                0,
                Duration.ZERO,
                ProcessConfig.EXPIRY_WARNING,
                LogFormat.TEXT,
                "info",
                Path.of("/x"),
                true);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigText.of(wrong))
                .withMessage("tunnel default has no TLS where its role has it");
    }

    private ProcessConfig config(Role role) {
        List<TunnelConfig> tunnels = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            tunnels.add(tunnel(role, "t-" + i, new Address.Tcp(host(), 1000 + i)));
        }
        return new ProcessConfig(
                role,
                tunnels,
                random.nextBoolean() ? null : new Address.Tcp("::1", 9090),
                false,
                pick(TransportChoice.values()),
                random.nextInt(9),
                someTime(0),
                someTime(0),
                pick(LogFormat.values()),
                pick("error", "warn", "info", "debug", "trace"),
                path(),
                random.nextBoolean());
    }

    private TunnelConfig tunnel(Role role, String name, Address listen) {
        TlsSettings settings = settings(role);
        KeySources keys = keys();
        Limits limits = new Limits(
                1 + random.nextInt(100), 1 + random.nextInt(100), random.nextInt(10), 4096 + random.nextInt(1 << 20));
        Timeouts timeouts = new Timeouts(
                someTime(1), someTime(1), someTime(0), someTime(0), someTime(0), someTime(1000), someTime(0));
        Address target =
                random.nextBoolean() ? new Address.Tcp(host(), 1 + random.nextInt(65_535)) : new Address.Unix(path());
        Access access = access();
        Revocation revocation = revocation(role, access);
        List<NamedService> names = names(revocation);
        return role == Role.SERVER
                ? new TunnelConfig(
                        name,
                        new AcceptLeg(
                                listen,
                                new AcceptTls(
                                        keys,
                                        access,
                                        settings,
                                        revocation,
                                        random.nextBoolean() ? null : Path.of(path() + name),
                                        random.nextBoolean(),
                                        names,
                                        !names.isEmpty() && random.nextBoolean()),
                                acceptProxy()),
                        new ConnectLeg(target, null).withProxy(pick(SendProxy.values())),
                        limits,
                        timeouts)
                : new TunnelConfig(
                        name,
                        new AcceptLeg(listen, null, acceptProxy()),
                        new ConnectLeg(target, connectTls(target, keys, settings))
                                .withProxy(pick(SendProxy.OFF, SendProxy.V1, SendProxy.V2)),
                        limits,
                        timeouts);
    }

    private AcceptProxy acceptProxy() {
        return AcceptProxy.parse(
                pick(List.of("off"), List.of("anyone"), List.of("10.0.0.0/8"), List.of("192.0.2.1", "2001:db8::/32")));
    }

    private TlsSettings settings(Role role) {
        List<String> groups = some(() -> pick(TlsNames.GROUPS));
        PostQuantum postQuantum = groups.isEmpty() ? pick(PostQuantum.values()) : PostQuantum.PREFERRED;
        TlsVersion minimum = postQuantum == PostQuantum.REQUIRED ? TlsVersion.TLS_1_3 : pick(TlsVersion.values());
        boolean old = minimum == TlsVersion.TLS_1_2;
        boolean tickets = random.nextBoolean();
        return new TlsSettings(
                minimum,
                TlsVersion.TLS_1_3,
                some(() -> pick("redis", "h2", "null", "#", "a:", "~", "*")),
                old ? some(() -> pick(TlsNames.ciphers())) : List.of(),
                groups,
                postQuantum,
                some(() -> pick(TlsNames.SIGNATURES)),
                role == Role.SERVER && old && random.nextBoolean(),
                new Sessions(
                        tickets,
                        role == Role.SERVER && tickets && random.nextBoolean() ? path() : null,
                        random.nextInt(100),
                        someTime(1000)));
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private @Nullable KeySources keys() {
        if (random.nextBoolean()) {
            return null;
        }
        List<Path> certificates = some(this::path).stream().distinct().toList();
        List<Path> keys = new ArrayList<>(some(this::path).stream().distinct().toList());
        keys.removeAll(certificates);
        String text = pick(PEM, PEM + PEM, "# a: b\n" + PEM, "\tfür\n" + PEM).strip() + "\n";
        return certificates.isEmpty() || random.nextBoolean()
                ? new KeySources(certificates, keys, List.of(new Secret(text)), null)
                : new KeySources(certificates, keys, List.of(), null);
    }

    /** A name has the deny list of its tunnel, if it asks for certificates. */
    private List<NamedService> names(Revocation ofTunnel) {
        return some(() -> pick("redis.example", "*.redis.example", "a", "xn--bcher-kva.example", "null", "1e3.x"))
                .stream()
                .distinct()
                .map(name -> service(name, access(), ofTunnel))
                .toList();
    }

    private NamedService service(String name, Access access, Revocation ofTunnel) {
        Revocation own = revocation(Role.SERVER, access);
        return new NamedService(
                name,
                keys(),
                access,
                new Revocation(
                        own.crls(),
                        own.ocsp(),
                        own.responder(),
                        own.timeout(),
                        own.allowUnknown(),
                        own.deny() == null && access instanceof Access.Clients ? ofTunnel.deny() : own.deny()),
                new Address.Tcp(host(), 1 + random.nextInt(65_535)));
    }

    private Access access() {
        if (random.nextInt(4) == 0) {
            return new Access.Anyone();
        }
        List<Pin> pins = some(this::pin);
        Access.Authority authority =
                random.nextBoolean() ? null : new Access.Authority(path(), atLeastOne(this::namePattern));
        return new Access.Clients(
                pins,
                !pins.isEmpty() && random.nextBoolean(),
                authority,
                (pins.isEmpty() && authority == null) || random.nextBoolean(),
                random.nextBoolean());
    }

    private NamePattern namePattern() {
        return NamePattern.parse(
                pick("*", "cn:a b", "ou:#", "dns:*.x.org", "uri:spiffe://a/*", "ip:::1", "email:*@x.org"));
    }

    private Revocation revocation(Role role, Access access) {
        boolean authority = access instanceof Access.Clients clients && clients.authority() != null;
        return revocation(role, authority, access instanceof Access.Clients);
    }

    private Revocation revocation(Role role, boolean authority, boolean deny) {
        List<Path> crls = authority ? some(this::path) : List.of();
        Revocation.Ocsp ocsp = authority ? pick(Revocation.Ocsp.values()) : Revocation.Ocsp.OFF;
        if (ocsp == Revocation.Ocsp.AIA_IF_NAMED || ocsp == Revocation.Ocsp.RESPONDER_THEN_AIA) { // stunnel's
            ocsp = Revocation.Ocsp.AIA;
        }
        if (role == Role.SERVER && ocsp == Revocation.Ocsp.STAPLED) {
            ocsp = Revocation.Ocsp.AIA;
        }
        return new Revocation(
                crls,
                ocsp,
                ocsp == Revocation.Ocsp.RESPONDER ? URI.create("http://ocsp.example:8080/a?b=c") : null,
                Duration.ofMillis(1 + random.nextInt(60_000)),
                (!crls.isEmpty() || ocsp != Revocation.Ocsp.OFF) && random.nextBoolean(),
                deny && random.nextBoolean() ? path() : null);
    }

    private ConnectTls connectTls(Address target, @Nullable KeySources keys, TlsSettings settings) {
        boolean authority = random.nextInt(3) == 0;
        List<NamePattern> names = some(this::namePattern);
        boolean named = (authority && names.isEmpty() && target instanceof Address.Unix) || random.nextBoolean();
        ServerTrust trust = authority
                ? new ServerTrust.Authority(path(), names)
                : random.nextBoolean()
                        ? new ServerTrust.Pins(atLeastOne(this::pin), some(this::pin), random.nextBoolean())
                        : new ServerTrust.StoredCertificate(path(), random.nextBoolean());
        return new ConnectTls(
                trust,
                revocation(Role.CLIENT, authority, true),
                named ? pick("redis.example", "null", "1e3") : null,
                keys,
                settings);
    }

    private Pin pin() {
        byte[] digest = new byte[32];
        random.nextBytes(digest);
        return Pin.parse("sha256/" + Base64.getEncoder().encodeToString(digest));
    }

    private Path path() {
        return Path.of(
                "/" + pick("a", "a b", "a: b", "a #b", "\"q\"", "back\\slash", beyondAscii("é😀"), "x'y", "*a", "- b"),
                pick("k.pem", beyondAscii("ü")));
    }

    private String host() {
        return pick("0.0.0.0", "127.0.0.1", "localhost", "redis.example", "::", "2001:db8::1", "bücher.example");
    }

    private Duration someTime(long leastMillis) {
        return Duration.ofMillis(leastMillis + random.nextInt(10_000_000));
    }

    private <T> List<T> some(Supplier<T> one) {
        return random.nextBoolean() ? List.of() : atLeastOne(one);
    }

    private <T> List<T> atLeastOne(Supplier<T> one) {
        List<T> all = new ArrayList<>(List.of(one.get()));
        for (int i = random.nextInt(3); i > 0; i--) {
            all.add(one.get());
        }
        return all;
    }

    @SafeVarargs
    private <T> T pick(T... from) {
        return from[random.nextInt(from.length)];
    }

    /** In the POSIX locale Java has no such file names. */
    private static String beyondAscii(String name) {
        return Charset.forName(System.getProperty("sun.jnu.encoding"))
                        .newEncoder()
                        .canEncode(name)
                ? name
                : "ascii";
    }
}

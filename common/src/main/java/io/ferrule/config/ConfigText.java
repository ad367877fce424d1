package io.ferrule.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a config as the YAML that reads back to an equal one, with every default spelled out. Secrets are left out, and so is what
 * only stunnel's configuration can say; comments stand in their place. Where these are about who is trusted, what is read back
 * trusts fewer, or nobody and does not start.
 */
public final class ConfigText {
    private static final Pattern LINES = Pattern.compile("([!-~][ -~]*+\n)++");

    private final StringBuilder text = new StringBuilder();
    private String indent = "";

    private ConfigText() {}

    /**
     * The text of a config.
     *
     * @throws IllegalArgumentException if a tunnel lacks the leg with TLS that the config's role has
     */
    public static String of(ProcessConfig config) {
        return new ConfigText().process(config);
    }

    private String process(ProcessConfig config) {
        put("admin", config.admin() == null ? "none" : config.admin());
        put("health-check", config.healthCheck());
        put("transport", lower(config.transport()));
        put("event-loops", config.eventLoops());
        put("drain-timeout", DurationText.of(config.drain()));
        put("expiry-warning", DurationText.of(config.expiryWarning()));
        put("log-format", lower(config.logFormat()));
        put("log-level", config.logLevel());
        put("state-directory", config.stateDirectory());
        put("watch-files", config.watchFiles());
        text.append("tunnels:\n");
        for (TunnelConfig tunnel : config.tunnels()) {
            text.append("  ").append(tunnel.name()).append(":\n");
            indent = "    ";
            tunnel(config.role(), tunnel);
        }
        return text.toString();
    }

    private void tunnel(Role role, TunnelConfig tunnel) {
        put("listen", tunnel.accept().listen());
        few("accept-proxy", tunnel.accept().proxy().values());
        target(tunnel.connect());
        put("send-proxy", tunnel.connect().proxy());
        switch (role) {
            case SERVER -> server(needed(tunnel.accept().tls(), tunnel), tunnel.connect());
            case CLIENT -> client(needed(tunnel.connect().tls(), tunnel), tunnel.accept());
        }
        limits(tunnel.limits());
        timeouts(tunnel.timeouts());
        names(tunnel.accept().tls());
    }

    private void target(ConnectLeg leg) {
        put("target", leg.target());
        if (leg.targets().size() > 1) {
            comment(
                    switch (leg.failover()) {
                        case PRIORITY -> "the first that answers of " + leg.words();
                        case ROUND_ROBIN -> "in turn " + leg.words();
                    });
        }
        if (leg.source() != null) {
            comment("from the address " + leg.source().getHostAddress());
        }
    }

    private void names(@Nullable AcceptTls tls) {
        if (tls == null || tls.names().isEmpty()) {
            return;
        }
        text.append(indent).append("names:\n");
        String outer = indent;
        for (NamedService service : tls.names()) {
            text.append(outer)
                    .append("  ")
                    .append(YamlScalar.of(service.name()))
                    .append(":\n");
            indent = outer + "    ";
            keys(service.keys());
            access(service.access());
            revocation(service.revocation());
            put("target", service.target());
            put("insecure-plaintext", !service.target().isLocal());
        }
        indent = outer;
    }

    private void server(AcceptTls tls, ConnectLeg plaintext) {
        keys(tls.keys());
        if (tls.publishPin() != null) {
            put("publish-pin", tls.publishPin());
        }
        put("staple", tls.staple());
        access(tls.access());
        revocation(tls.revocation());
        put("unknown-names", tls.refuseUnknownNames() ? "refuse" : "serve");
        put("insecure-plaintext", !plaintext.target().isLocal());
        settings(tls.settings());
        put("cipher-preference", tls.settings().clientChoosesCipher() ? "client" : "server");
        if (tls.settings().sessions().ticketKeys() != null) {
            put("ticket-keys", tls.settings().sessions().ticketKeys());
        }
    }

    private void client(ConnectTls tls, AcceptLeg plaintext) {
        keys(tls.keys());
        if (tls.trust() instanceof ServerTrust.Pins known) {
            list("pin", known.pins());
            if (!known.next().isEmpty()) {
                list("next-pin", known.next());
            }
            put("insecure-allow-expired", known.allowExpired());
        } else if (tls.trust() instanceof ServerTrust.StoredCertificate stored) {
            put("server-certificate", stored.file());
            put("insecure-allow-expired", stored.allowExpired());
        } else if (tls.trust() instanceof ServerTrust.Authority authority) {
            put("ca", authority.bundle());
            if (!authority.names().isEmpty()) {
                list("verify-name", authority.names());
            }
        } else if (tls.trust() instanceof ServerTrust.Verified verified) {
            comment("the server shows " + verified.verification().words());
        } else if (tls.trust() instanceof ServerTrust.PreShared preShared) {
            comment("the server has the pre-shared key of the identity "
                    + preShared.key().identity() + ", which cannot be said here");
        }
        if (tls.serverName() != null) {
            put("server-name", tls.serverName());
        }
        revocation(tls.revocation());
        put("insecure-plaintext", !plaintext.listen().isLocal());
        settings(tls.settings());
    }

    private void access(Access access) {
        if (access instanceof Access.Anyone) {
            put("access", "anyone");
        } else if (access instanceof Access.Clients known) {
            clients(known);
        } else if (access instanceof Access.Verified verified) {
            Verification asked = verified.verification();
            comment("clients show " + asked.words() + (asked.required() ? "" : ", or none")
                    + ", which cannot be said here: what is read back lets in those who are invited");
            put("access", "invited");
        }
    }

    private void clients(Access.Clients known) {
        if (known.invited()) {
            put("access", "invited");
        }
        if (!known.pins().isEmpty()) {
            list("client-pin", known.pins());
            put("insecure-allow-expired", known.allowExpired());
        }
        Access.Authority authority = known.authority();
        if (authority != null) {
            put("client-ca", authority.bundle());
            list("client-name", authority.names());
        }
        put("client-certificate", known.optional() ? "optional" : "required");
    }

    private void revocation(Revocation asked) {
        if (!asked.crls().isEmpty()) {
            list("crl", asked.crls());
        }
        put("ocsp", asked.responder() == null ? whom(asked.ocsp()) : asked.responder());
        put("ocsp-timeout", DurationText.of(asked.timeout()));
        put("insecure-allow-unknown-status", asked.allowUnknown());
        if (asked.deny() != null) {
            put("deny", asked.deny());
        }
    }

    /** What only stunnel's configuration says becomes the stricter one. */
    private static String whom(Revocation.Ocsp asked) {
        return lower(asked == Revocation.Ocsp.AIA_IF_NAMED ? Revocation.Ocsp.AIA : asked);
    }

    private void keys(@Nullable KeySources sources) {
        if (sources == null) {
            return;
        }
        few("certificate", both(sources.certificates(), sources.tokens().certificates()));
        few("key", both(sources.keys(), sources.tokens().keys()));
        for (Secret pem : sources.pem()) {
            String option = KeySources.optionOf(pem);
            if (option.equals("certificate-pem")) {
                lines(option, pem.reveal());
            } else {
                secret(option);
            }
        }
        if (sources.password() != null) {
            secret("key-password");
        }
    }

    private static List<Object> both(List<Path> files, List<TokenUri> tokens) {
        List<Object> all = new ArrayList<>(files);
        all.addAll(tokens);
        return all;
    }

    /** A block scalar (YAML 1.2.2 §8.1.2) where that keeps the text as it is. */
    private void lines(String name, String value) {
        if (!LINES.matcher(value).matches()) {
            put(name, value);
            return;
        }
        text.append(indent).append(name).append(": |\n");
        value.lines()
                .forEach(line -> text.append(indent).append("  ").append(line).append('\n'));
    }

    private void secret(String name) {
        comment(name + ": (secret)");
    }

    /** On one line, whatever a path holds (YAML 1.2.2 §5.4). */
    private void comment(String words) {
        text.append(indent)
                .append("# ")
                .append(words.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "?"))
                .append('\n');
    }

    /** One value as such, several as a list. */
    private void few(String name, List<?> values) {
        if (values.size() == 1) {
            put(name, values.get(0));
        } else if (!values.isEmpty()) {
            list(name, values);
        }
    }

    private void settings(TlsSettings settings) {
        put("tls-min-version", settings.minimum());
        put("tls-max-version", settings.maximum());
        if (!settings.alpn().isEmpty()) {
            list("alpn", settings.alpn());
        }
        listIfAny("tls-ciphers", settings.ciphers());
        listIfAny("tls-groups", settings.groups());
        if (settings.groups().isEmpty()) {
            put("post-quantum", lower(settings.postQuantum()));
        }
        listIfAny("tls-signatures", settings.signatures());
        put("session-tickets", settings.sessions().tickets() ? "on" : "off");
        put("session-cache", settings.sessions().kept());
        put("session-lifetime", DurationText.of(settings.sessions().lifetime()));
    }

    private void listIfAny(String name, List<?> values) {
        if (!values.isEmpty()) {
            list(name, values);
        }
    }

    private void limits(Limits limits) {
        put("max-connections", limits.connections());
        put("max-handshakes", limits.handshakes());
        put("max-connections-per-source", limits.connectionsPerSource());
        put("buffer", ByteSize.text(limits.bufferBytes()));
    }

    private void timeouts(Timeouts timeouts) {
        put("handshake-timeout", DurationText.of(timeouts.handshake()));
        put("connect-timeout", DurationText.of(timeouts.connect()));
        put("half-close-timeout", DurationText.of(timeouts.halfClose()));
        put("idle-timeout", DurationText.of(timeouts.idle()));
        put("reset-timeout", DurationText.of(timeouts.reset()));
        put("keepalive", DurationText.of(timeouts.keepAlive()));
        put("unacknowledged-timeout", DurationText.of(timeouts.unacknowledged()));
    }

    private void put(String name, Object value) {
        text.append(indent)
                .append(name)
                .append(": ")
                .append(YamlScalar.of(value.toString()))
                .append('\n');
    }

    private void list(String name, List<?> values) {
        text.append(indent).append(name).append(":\n");
        values.forEach(v -> text.append(indent)
                .append("  - ")
                .append(YamlScalar.of(v.toString()))
                .append('\n'));
    }

    private static <T> T needed(@Nullable T tls, TunnelConfig tunnel) {
        if (tls == null) {
            throw new IllegalArgumentException("tunnel " + tunnel.name() + " has no TLS where its role has it");
        }
        return tls;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}

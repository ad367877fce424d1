package io.ferrule.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads how it is found out that a peer's certificate is no longer to be trusted. */
final class RevocationReader {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Role role;
    private final Values values;

    RevocationReader(Role role, Values values) {
        this.role = role;
        this.values = values;
    }

    /** What is asked about the server of a client's tunnel. */
    Revocation ofServer() {
        return read("ca");
    }

    /**
     * What is asked about the clients of a server's tunnel.
     *
     * @param access null if that was said unreadably
     */
    Revocation ofClients(@Nullable Access access) {
        if (access instanceof Access.Anyone && values.has("deny")) {
            values.problem(
                    "deny",
                    "it has no effect with access: anyone, which asks for no certificate: remove one of the two");
        }
        return read("client-ca");
    }

    private Revocation read(String authority) {
        List<Path> crls = values.paths("crl");
        Asked asked = values.required("ocsp", this::asked);
        Duration timeout = values.required("ocsp-timeout", RevocationReader::timeout);
        boolean allowUnknown = values.isOn("insecure-allow-unknown-status");
        Path deny = values.path("deny");
        boolean asks = asked.whom != Revocation.Ocsp.OFF;
        if (!values.has(authority)) {
            noEffectWithout(authority, "crl", values.has("crl"));
            noEffectWithout(authority, "ocsp", asks);
        }
        boolean judgesStaples = role == Role.CLIENT && values.has(authority);
        if (allowUnknown && !values.has("crl") && !asks && !judgesStaples) {
            values.problem(
                    "insecure-allow-unknown-status",
                    "it has no effect without crl or ocsp, because no status is asked for: remove it");
        }
        return new Revocation(crls, asked.whom, asked.responder, timeout, allowUnknown, deny);
    }

    private void noEffectWithout(String authority, String name, boolean said) {
        if (said) {
            values.problem(
                    name,
                    "it has no effect without " + authority
                            + ": only an authority can say that a certificate of its own is revoked; to refuse single"
                            + " certificates give deny");
        }
    }

    private record Asked(Revocation.Ocsp whom, @Nullable URI responder) {}

    private Asked asked(String text) {
        String whom = text.strip();
        return switch (whom) {
            case "off" -> new Asked(Revocation.Ocsp.OFF, null);
            case "aia" -> new Asked(Revocation.Ocsp.AIA, null);
            case "stapled" -> {
                if (role == Role.SERVER) {
                    throw new IllegalArgumentException("\"stapled\" is for proxy-client: clients staple nothing; write"
                            + " aia or the URL of a responder");
                }
                yield new Asked(Revocation.Ocsp.STAPLED, null);
            }
            default -> new Asked(Revocation.Ocsp.RESPONDER, responder(whom, text));
        };
    }

    private URI responder(String url, String text) {
        if (url.startsWith("https:")) {
            throw new IllegalArgumentException(Quoted.of(text) + ": OCSP is asked over http; the answer is signed, and"
                    + " the certificate of an https responder would have to be looked up in turn");
        }
        try {
            URI uri = new URI(url);
            if ("http".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new IllegalArgumentException(Quoted.of(text) + " is not one of off, "
                + (role == Role.CLIENT ? "stapled, " : "") + "aia or the URL of a responder, http://HOST/PATH");
    }

    private static Duration timeout(String text) {
        Duration timeout = DurationText.parse(text);
        if (timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    Quoted.of(text) + " is not a time between 1ms and " + DurationText.of(LONGEST));
        }
        return timeout;
    }
}

package io.ferrule.config;

import static io.ferrule.config.Role.CLIENT;
import static io.ferrule.config.Role.SERVER;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The list of all options: to add one, add a line here and read it where its record is made. */
final class OptionRegistry {
    private static final Limits LIMITS = Limits.DEFAULT;
    private static final Timeouts TIMEOUTS = Timeouts.DEFAULT;

    static final List<Option> ALL = List.of(
            process("config", "FILE", "Reads options from this YAML file; flags and variables win over it."),
            process("admin", "ADDR", "Answers health, metrics and status over HTTP here; a port alone is on 127.0.0.1.")
                    .or("none"),
            process("health-check", "", "Answers \"ferrule health\" inside this container; needs epoll or io_uring.")
                    .or("false"),
            process("transport", "NAME", "Talks to the kernel by auto, io_uring, epoll, kqueue or nio.")
                    .or("auto"),
            process("event-loops", "COUNT", "Moves bytes with this many threads; 0 takes one a core, at most four.")
                    .or("0"),
            process("drain-timeout", "DURATION", "Lets open connections finish for this long after SIGTERM.")
                    .or("30s"),
            process(
                            "expiry-warning",
                            "DURATION",
                            "Warns this long before a certificate or list ends, daily; 0 is never.")
                    .or(DurationText.of(ProcessConfig.EXPIRY_WARNING)),
            process("log-format", "FORMAT", "Writes log lines as text or json.").or("text"),
            process("log-level", "LEVEL", "Logs this and what is graver: error, warn, info, debug or trace.")
                    .or("info"),
            process(
                            "watch-files",
                            "",
                            "Reads the configuration anew when one of its files changes; false waits for SIGHUP.")
                    .or("true"),
            process("state-directory", "DIRECTORY", "Keeps the certificate that is made at the first start here.")
                    .or(
                            "$STATE_DIRECTORY, else /var/lib/ferrule for root, else ferrule in $XDG_STATE_HOME or ~/.local/state"),
            tunnel(
                            "listen",
                            "ADDR",
                            "Accepts connections here: host:port, [v6]:port, port, unix:/path or systemd:NAME.")
                    .or("0.0.0.0:46379", "127.0.0.1:56379"),
            tunnel("target", "ADDR", "Connects each of them to this address; the client needs HOST:PORT or unix:/path.")
                    .or("127.0.0.1:6379", "")
                    .named(),
            tunnel(
                            "accept-proxy",
                            "WHO",
                            "Asks connections of anyone, or of these networks, for a PROXY header, and believes it.")
                    .or("off")
                    .many(),
            tunnel("send-proxy", "VERSION", "Tells the target first whose connection it is: off, v1, v2 or v2-ssl.")
                    .or("off"),
            tunnel(
                            "certificate",
                            "FILE",
                            "Shows these certificates: PEM or DER, PKCS#12, JKS, a directory, or a pkcs11: URI; may hold keys too.")
                    .or("made in the state directory at the first start", "none is shown")
                    .many()
                    .named(),
            tunnel(
                            "key",
                            "FILE",
                            "Proves the certificates with these private keys, in the same formats; a pkcs11: key stays in its token.")
                    .or("the certificate's file")
                    .many()
                    .named(),
            tunnel("certificate-pem", "PEM", "Shows the certificates of this PEM text itself.")
                    .named(),
            tunnel("key-pem", "PEM", "Proves them with the keys of this PEM text, which may hold certificates too.")
                    .hidden()
                    .named(),
            tunnel("key-password", "PASSWORD", "Opens encrypted private keys and key stores.")
                    .hidden()
                    .named(),
            tunnel("unknown-names", "WHAT", "Does this with clients that ask for none of names: serve or refuse.")
                    .only(SERVER)
                    .or("serve"),
            tunnel("publish-pin", "FILE", "Writes the pin of the certificate shown into this file at each start.")
                    .only(SERVER),
            tunnel("staple", "", "Fetches the status of the certificate shown by OCSP, and staples it.")
                    .only(SERVER)
                    .or("false"),
            tunnel("access", "WHO", "Lets those connect who were invited, or anyone who reaches the port.")
                    .only(SERVER)
                    .or("invited, unless client-pin or client-ca is given")
                    .named(),
            tunnel("client-pin", "PIN", "Lets clients connect whose key has one of these pins, sha256/BASE64.")
                    .only(SERVER)
                    .many()
                    .named(),
            tunnel(
                            "client-ca",
                            "FILE",
                            "Lets clients connect whose certificate this PEM bundle signed; see client-name.")
                    .only(SERVER)
                    .named(),
            tunnel(
                            "client-name",
                            "NAME",
                            "Asks client-ca's clients for one of these names: cn:, ou:, dns:, uri:, ip:, email:, or *.")
                    .only(SERVER)
                    .many()
                    .named(),
            tunnel(
                            "client-certificate",
                            "WORD",
                            "Makes a client's certificate required, or optional: then one without is let in too.")
                    .only(SERVER)
                    .or("required")
                    .named(),
            tunnel(
                            "invitation",
                            "FILE",
                            "Takes target, pin and own certificate from what \"proxy-server invite\" wrote.")
                    .only(CLIENT),
            tunnel("pin", "PIN", "Trusts a server whose key has one of these pins, sha256/BASE64.")
                    .only(CLIENT)
                    .many(),
            tunnel("next-pin", "PIN", "Trusts a key with this pin too, and warns when the server shows it; see pin.")
                    .only(CLIENT)
                    .many(),
            tunnel(
                            "server-certificate",
                            "FILE",
                            "Trusts a server with a certificate of this PEM file: same subject and key.")
                    .only(CLIENT),
            tunnel("ca", "FILE", "Trusts a server whose certificate this PEM bundle signed for server-name.")
                    .only(CLIENT),
            tunnel("server-name", "NAME", "Sends this name as SNI; with ca the certificate must be issued for it.")
                    .only(CLIENT)
                    .or("the target's host"),
            tunnel(
                            "verify-name",
                            "NAME",
                            "Asks ca's server for one of these names, not server-name: cn:, ou:, dns:, uri:, ip:, email:, *.")
                    .only(CLIENT)
                    .many(),
            tunnel("crl", "FILE", "Refuses what these revocation lists (PEM or DER) of the authority hold.")
                    .many()
                    .named(),
            tunnel(
                            "ocsp",
                            "WHOM",
                            "Asks whether certificates are revoked: off, aia or http://HOST; a client also stapled.")
                    .or("off")
                    .named(),
            tunnel("ocsp-timeout", "DURATION", "Gives up asking by OCSP after this long.")
                    .or(DurationText.of(Revocation.NONE.timeout()))
                    .named(),
            tunnel(
                            "insecure-allow-unknown-status",
                            "",
                            "Accepts a certificate if nobody can tell whether it is revoked.")
                    .or("false")
                    .named(),
            tunnel(
                            "deny",
                            "FILE",
                            "Refuses certificates with the pins and serial numbers in this file, whoever signed them.")
                    .named(),
            tunnel("insecure-allow-expired", "", "Accepts a pinned key or stored certificate outside its validity too.")
                    .or("false")
                    .named(),
            tunnel("insecure-plaintext", "", "Allows the leg without TLS to reach beyond this machine.")
                    .or("false")
                    .named(),
            tunnel("tls-min-version", "VERSION", "Speaks no older TLS than 1.2 or 1.3.")
                    .or(TlsSettings.DEFAULT.minimum().toString()),
            tunnel("tls-max-version", "VERSION", "Speaks no newer TLS than 1.2 or 1.3.")
                    .or(TlsSettings.DEFAULT.maximum().toString()),
            tunnel("alpn", "PROTOCOL", "Offers or accepts these protocols by ALPN, most wanted first.")
                    .many(),
            tunnel("tls-ciphers", "SUITE", "Speaks TLS 1.2 with these suites alone, most wanted first.")
                    .many(),
            tunnel("tls-groups", "GROUP", "Agrees on keys in these groups alone, most wanted first.")
                    .many(),
            tunnel("post-quantum", "WORD", "Agrees on keys as quantum computers cannot: preferred, required or off.")
                    .or("preferred"),
            tunnel("tls-signatures", "ALGORITHM", "Proves own keys with these algorithms alone, most wanted first.")
                    .many(),
            tunnel("cipher-preference", "WORD", "Takes the TLS 1.2 suite that the server or the client wants most.")
                    .only(SERVER)
                    .or("server"),
            tunnel("session-tickets", "WORD", "Continues TLS sessions by tickets: on or off.")
                    .or("on"),
            tunnel("ticket-keys", "FILE", "Seals tickets with the keys of this file, which replicas share.")
                    .only(SERVER),
            tunnel("session-cache", "COUNT", "Keeps this many TLS sessions to be continued; 0 keeps none.")
                    .or(Integer.toString(Sessions.DEFAULT.kept())),
            tunnel("session-lifetime", "DURATION", "Continues no TLS session that is older; up to 7d.")
                    .or(DurationText.of(Sessions.DEFAULT.lifetime())),
            tunnel(
                            "max-connections",
                            "COUNT",
                            "Holds this many connections at once and refuses more; fewer if the heap is small.")
                    .or(Integer.toString(LIMITS.connections())),
            tunnel(
                            "max-handshakes",
                            "COUNT",
                            "Carries out this many TLS handshakes of clients at once and refuses more.")
                    .or(Integer.toString(LIMITS.handshakes())),
            tunnel("max-connections-per-source", "COUNT", "Holds this many connections of one address; 0 is no limit.")
                    .or(Integer.toString(LIMITS.connectionsPerSource())),
            tunnel("buffer", "BYTES", "Holds this much for a peer that reads too slowly, then stops reading the other.")
                    .or(ByteSize.text(LIMITS.bufferBytes())),
            wait("handshake-timeout", "Ends a TLS handshake that takes longer as a whole.", TIMEOUTS.handshake()),
            wait("connect-timeout", "Gives up reaching the target after this long.", TIMEOUTS.connect()),
            wait(
                    "half-close-timeout",
                    "Ends a connection with one finished direction after this long without a byte; 0 is never.",
                    TIMEOUTS.halfClose()),
            wait("idle-timeout", "Ends a connection after this long without a byte; 0 is never.", TIMEOUTS.idle()),
            wait("reset-timeout", "Gives a cut stream's last bytes this long before the reset.", TIMEOUTS.reset()),
            wait("keepalive", "Asks a silent peer by TCP keepalive after this long; 0 is never.", TIMEOUTS.keepAlive()),
            wait(
                    "unacknowledged-timeout",
                    "Ends a connection when sent bytes stay unacknowledged or unread this long; 0 leaves it to the kernel.",
                    TIMEOUTS.unacknowledged()));

    private OptionRegistry() {}

    private static Option process(String name, String placeholder, String help) {
        return option(name, placeholder, help, Option.Scope.PROCESS);
    }

    private static Option tunnel(String name, String placeholder, String help) {
        return option(name, placeholder, help, Option.Scope.TUNNEL);
    }

    private static Option wait(String name, String help, Duration standard) {
        return tunnel(name, "DURATION", help).or(DurationText.of(standard));
    }

    private static Option option(String name, String placeholder, String help, Option.Scope scope) {
        return new Option(name, placeholder, help, false, scope, false, false, Set.of(SERVER, CLIENT), Map.of());
    }
}

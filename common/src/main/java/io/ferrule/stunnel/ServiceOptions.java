package io.ferrule.stunnel;

import static io.ferrule.stunnel.Fate.HONOURED;
import static io.ferrule.stunnel.Fate.differs;
import static io.ferrule.stunnel.Fate.notice;
import static io.ferrule.stunnel.Fate.refused;

import io.ferrule.stunnel.StunnelOption.Scope;
import io.ferrule.stunnel.StunnelService.Tls;
import java.util.List;
import java.util.Map;

/** The options of a section. */
final class ServiceOptions {
    static final String PTY =
            "no terminal is made: exec = /usr/bin/script and execArgs = script -qc PROGRAM /dev/null make one";

    private static final Fate EXEC = differs("the program sees two pipes and no socket, and its own path as $0;"
            + " the connection is reset if it cannot be started, and the log says why");
    private static final Fate PSK = differs(
            "by Bouncy Castle's TLS, which is slower, and continues sessions of TLS 1.2 only; a client takes no server"
                    + " without the key");
    private static final Fate OLD_TLS = refused(
            "Ferrule speaks TLS 1.2 and 1.3; what is older is unsafe (RFC 8996), and with OpenSSL 3 stunnel's handshakes fail too unless securityLevel is 0: have the peer speak TLS 1.2");
    private static final Fate STRONGER = differs(
            "suites, groups, tickets, own keys and the chains of verified peers are held to it; above 3 TLS 1.3 is not spoken, as its AES-128 cannot be left out");
    private static final Fate TICKETS =
            differs("Ferrule's tickets have another form: it continues sessions of itself, and not those of stunnel");
    private static final Fate ORIGINAL = differs(
            "a client that was not redirected is refused; with stunnel its connection comes back, again and again");
    private static final Fate OWNER = differs(
            "of the process it takes Java 22 or later; with an older one a process that is that user or group already starts, and"
                    + " any other is refused: use User= and Group= in the unit");
    private static final Fate DIRECTORY = differs(
            "all files of the directory are read at start and at reload; OpenSSL reads them when they are needed");
    private static final Fate CRL = differs(
            "a list that is missing or outdated refuses; with CRLpath all lists are read at start and at reload");
    private static final Fate OCSP = differs(
            "a stapled answer is taken before a responder is asked, and one that is known until it ends; with OCSP and OCSPaia the first that knows decides; of the chain the peer's own certificate is asked about");

    static final List<StunnelOption> A_TO_O = List.of(
            option("accept", "[host:]port accept connections on specified host:port", "", HONOURED),
            option("CAengine", "engine-specific CA certificate identifier for 'verify' option", "", HONOURED),
            option("CApath", "CA certificate directory for 'verify' option", "", DIRECTORY),
            option("CAfile", "CA certificate file for 'verify' option", "", HONOURED),
            option(
                    "CAstore",
                    "CA certificate store for 'verify' option",
                    "",
                    differs("a file, a directory or a pkcs11: URI; of other stores there is none")),
            option("cert", "certificate chain", "", HONOURED),
            option("checkEmail", "peer certificate email address", "", HONOURED),
            option("checkHost", "peer certificate host name pattern", "", HONOURED),
            option("checkIP", "peer certificate IP address", "", HONOURED),
            option(
                    "ciphers",
                    "permitted ciphers for TLS 1.2 or older",
                    Tls.CIPHERS,
                    differs(
                            "of the suites that it names, those with an ephemeral key and authenticated encryption are used")),
            option(
                    "ciphersuites",
                    "permitted ciphersuites for TLS 1.3",
                    Tls.CIPHERSUITES,
                    notice("TLS 1.3 has the engine's own three suites, all of them good")),
            harmless("client", "yes|no client mode (remote service uses TLS)", "no", HONOURED, "no"),
            option(
                    "config",
                    "command[:parameter] to execute",
                    "",
                    differs(
                            "MinProtocol, MaxProtocol, Protocol, CipherString, Ciphersuites and most of Options are obeyed; NumTickets, and Curves and Groups, after which stunnel sets its own curves, change nothing; any other is refused")),
            option("connect", "[host:]port to connect", "", HONOURED),
            option("CRLpath", "CRL directory", "", CRL),
            option("CRLfile", "CRL file", "", CRL),
            option(
                    "curves",
                    "ECDH curve names",
                    Tls.CURVES,
                    differs(
                            "of the groups that it names, those of Ferrule's engine are offered, which has neither X448 nor brainpool")),
            option("debug", "[facility].level (e.g. daemon.info)", "daemon.notice", HONOURED),
            harmless(
                    "delay",
                    "yes|no delay DNS lookup for 'connect' option",
                    "no",
                    differs("names are always looked up when they are needed; that one cannot be is told at start"),
                    "yes"),
            option("engineId", "ID of engine to read the key from", "", HONOURED),
            option("engineNum", "number of engine to read the key from", "", HONOURED),
            option("exec", "file execute local inetd-type program", "", EXEC),
            option("execArgs", "arguments for 'exec' (including $0)", "", EXEC),
            option("failover", "rr|prio failover strategy", "prio", HONOURED),
            option("ident", "username for IDENT (RFC 1413) checking", "", HONOURED),
            option("include", "directory with configuration file snippets", "", HONOURED),
            option("key", "certificate private key", "cert", HONOURED),
            option(
                    "libwrap",
                    "yes|no use /etc/hosts.allow and /etc/hosts.deny",
                    "no",
                    differs("rules for PARANOID, netgroups, users and commands are errors, and let nobody in")),
            option("local", "IP address to be used as source for remote connections", "", HONOURED),
            new StunnelOption(
                    Scope.SERVICE,
                    "logId",
                    "connection identifier type",
                    "sequential",
                    HONOURED,
                    Map.of("thread", differs("it is the event loop's, which serves many connections"))),
            option("OCSP", "OCSP responder URL", "", OCSP),
            harmless("OCSPaia", "yes|no check the AIA responders from certificates", "no", OCSP, "no"),
            option(
                    "OCSPflag",
                    "OCSP responder flags",
                    "",
                    differs("flags that loosen or narrow whose answers count are refused, others make no difference")),
            harmless(
                    "OCSPnonce",
                    "yes|no send and verify the OCSP nonce extension",
                    "no",
                    differs(
                            "a stapled answer, which has no nonce, does not count then, nor one that is known from before"),
                    "no"),
            option("OCSPrequire", "yes|no require a conclusive OCSP response", "yes", HONOURED),
            option("options", "TLS option to set/reset", "NO_SSLv2, NO_SSLv3", HONOURED));

    static final List<StunnelOption> P_TO_Z = List.of(
            option("protocol", "protocol to negotiate before TLS initialization", "", HONOURED),
            option("protocolAuthentication", "authentication type for protocol negotiations", "basic", HONOURED),
            option("protocolDomain", "domain for protocol negotiations", "", HONOURED),
            option("protocolHeader", "custom header for protocol negotiations", "", HONOURED),
            option("protocolHost", "host:port for protocol negotiations", "", HONOURED),
            option("protocolPassword", "password for protocol negotiations", "", HONOURED),
            option("protocolUsername", "username for protocol negotiations", "", HONOURED),
            option("PSKidentity", "identity for PSK authentication", "", HONOURED),
            option("PSKsecrets", "secrets for PSK authentication", "", PSK),
            harmless("pty", "yes|no allocate pseudo terminal for 'exec' option", "no", refused(PTY), "no"),
            option(
                    "redirect",
                    "[host:]port to redirect on authentication failures",
                    "",
                    differs("a certificate that fails is told of once, and never as accepted")),
            harmless(
                    "renegotiation", "yes|no support renegotiation", "yes", notice("there is none with Ferrule"), "no"),
            option("requireCert", "yes|no require client certificate", "no", HONOURED),
            harmless(
                    "reset",
                    "yes|no send TCP RST on error",
                    "yes",
                    notice("a connection that was cut always ends with a reset, so that it does not look whole"),
                    "yes"),
            option(
                    "retry",
                    "yes|no retry connect+exec section",
                    "no",
                    differs(
                            "the shortest pause is 10 milliseconds; a reload does not start a program that runs again")),
            new StunnelOption(
                    Scope.SERVICE,
                    "securityLevel",
                    "set the security level",
                    "2",
                    notice("what Ferrule speaks is what level 2 asks for, or better"),
                    Map.of("3", STRONGER, "4", STRONGER, "5", STRONGER)),
            option("service", "service name", "stunnel", HONOURED),
            option("setgid", "groupname for setgid()", "", OWNER),
            option("setuid", "username for setuid()", "", OWNER),
            option(
                    "sessionCacheSize",
                    "session cache size",
                    "1000",
                    differs("tickets need no cache; 0 does not mean unlimited")),
            option("sessionCacheTimeout", "session cache timeout (in seconds)", "300", HONOURED),
            option("sessionResume", "yes|no enable session resumption", "yes", HONOURED),
            option(
                    "sessiond",
                    "[host:]port use sessiond at host:port",
                    "",
                    refused(
                            "sessions are not kept elsewhere: replicas share ticket keys instead, see ticket-keys in the manual")),
            option(
                    "sni",
                    "primary_service:host_name for an SNI virtual service",
                    "",
                    differs(
                            "may be given several times, and each counts; what answers first stays the primary's: versions, curves, and ciphers of TLS 1.2")),
            option("socket", "a|l|r:option=value[:value] set an option on accept/local/remote socket", "", HONOURED),
            version("sslVersion", OLD_TLS),
            version("sslVersionMax", OLD_TLS),
            version("sslVersionMin", differs("TLS 1.2 is the oldest version that Ferrule speaks (RFC 8996)")),
            option("stack", "thread stack size (in bytes)", "65536", notice("a connection has no thread of its own")),
            option("ticketKeySecret", "secret key for encryption/decryption TLSv1.3 tickets", "", TICKETS),
            option("ticketMacSecret", "key for HMAC operations on TLSv1.3 tickets", "", TICKETS),
            option(
                    "TIMEOUTbusy",
                    "seconds to wait for expected data",
                    "300",
                    differs("it bounds the whole handshake, however slowly its bytes come, not each wait")),
            option("TIMEOUTclose", "seconds to wait for close_notify", "60", HONOURED),
            option("TIMEOUTconnect", "seconds to connect remote host", "10", HONOURED),
            option("TIMEOUTidle", "seconds to keep an idle connection", "43200", HONOURED),
            option("TIMEOUTocsp", "seconds to connect OCSP responder", "5", HONOURED),
            new StunnelOption(
                    Scope.SERVICE,
                    "transparent",
                    "none|source|destination|both transparent proxy mode",
                    "none",
                    HONOURED,
                    Map.of("destination", ORIGINAL, "both", ORIGINAL)),
            option("verify", "level of peer certificate verification", "none", HONOURED),
            option("verifyChain", "yes|no verify certificate chain", "no", HONOURED),
            option("verifyPeer", "yes|no verify peer certificate", "no", HONOURED));

    private ServiceOptions() {}

    private static StunnelOption option(String name, String syntax, String standard, Fate fate) {
        return StunnelOption.of(Scope.SERVICE, name, syntax, standard, fate);
    }

    private static StunnelOption harmless(String name, String syntax, String standard, Fate fate, String harmless) {
        return StunnelOption.of(Scope.SERVICE, name, syntax, standard, fate, harmless);
    }

    private static StunnelOption version(String name, Fate older) {
        return new StunnelOption(
                Scope.SERVICE,
                name,
                "all|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3 TLS version",
                "all",
                older,
                Map.of("all", HONOURED, "tlsv1.2", HONOURED, "tlsv1.3", HONOURED));
    }
}

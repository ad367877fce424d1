package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelOption.Scope;
import io.ferrule.stunnel.StunnelService.Tls;
import java.util.ArrayList;
import java.util.List;

/**
 * What stunnel prints when it is asked about itself, in its form.
 *
 * @param version of Ferrule
 * @param platform such as {@code Linux-amd64}
 * @param engine the TLS engine and its version
 */
public record StunnelTexts(String version, String platform, String engine) {
    /** The stunnel whose manual the options are of. */
    private static final String COMPATIBLE = "5.75";

    // Stunnel's separator is a line with one blank.
    private static final String SEPARATOR = " ";
    private static final String COLUMN = "%-22s = %s";
    private static final String CONTINUED = " ".repeat(25);

    /** The lines that stunnel also logs at each start; the first begins with its name, for scripts that look for that. */
    public List<String> banner() {
        return List.of(
                "stunnel %s compatible, Ferrule %s on %s platform".formatted(COMPATIBLE, version, platform),
                "Compiled/running with " + engine,
                "Threading:EVENTLOOP Sockets:EPOLL,IPv6,SYSTEMD TLS:ENGINE,OCSP,PSK,SNI Auth:LIBWRAP");
    }

    /** {@code -help}. */
    public List<String> help() {
        List<String> lines = begin();
        lines.add("Global options:");
        StunnelOption.all().stream().filter(o -> o.scope() == Scope.GLOBAL).forEach(o -> addHelp(o, lines));
        lines.add(SEPARATOR);
        lines.add("Service-level options:");
        StunnelOption.all().stream().filter(o -> o.scope() == Scope.SERVICE).forEach(o -> addHelp(o, lines));
        return lines;
    }

    private static void addHelp(StunnelOption option, List<String> lines) {
        String syntax = option.syntax();
        int second = option.name().equals("socket") ? syntax.indexOf(" set an option") : syntax.length();
        lines.add(COLUMN.formatted(option.name(), syntax.substring(0, second)));
        if (second < syntax.length()) {
            lines.add(CONTINUED + syntax.substring(second + 1));
        }
        if (option.name().equals("protocol")) {
            lines.add(CONTINUED + "currently supported: cifs, connect, imap,");
            lines.add(CONTINUED + "    nntp, pgsql, pop3, proxy, smtp, socks");
        }
    }

    /** {@code -version}: the banner, and what holds without options. */
    public List<String> defaults() {
        List<String> lines = begin();
        lines.add("Global options:");
        add(lines, "RNDbytes", "1024");
        add(lines, "RNDfile", "/dev/urandom");
        add(lines, "RNDoverwrite", "yes");
        lines.add(SEPARATOR);
        lines.add("Service-level options:");
        add(lines, "ciphers", Tls.CIPHERS);
        add(lines, "ciphersuites", Tls.CIPHERSUITES + " (with TLSv1.3)");
        add(lines, "curves", Tls.CURVES);
        add(lines, "debug", "daemon.notice");
        add(lines, "logId", "sequential");
        add(lines, "options", "NO_SSLv2");
        add(lines, "options", "NO_SSLv3");
        add(lines, "securityLevel", "2");
        add(lines, "sessionCacheSize", "1000");
        add(lines, "sessionCacheTimeout", "300 seconds");
        add(lines, "stack", "65536 bytes");
        add(lines, "TIMEOUTbusy", "300 seconds");
        add(lines, "TIMEOUTclose", "60 seconds");
        add(lines, "TIMEOUTconnect", "10 seconds");
        add(lines, "TIMEOUTidle", "43200 seconds");
        add(lines, "verify", "none");
        return lines;
    }

    private static void add(List<String> lines, String option, String value) {
        lines.add(COLUMN.formatted(option, value));
    }

    /** {@code -sockets}. */
    public List<String> sockets() {
        List<String> lines = begin();
        lines.add("Socket option defaults:");
        lines.add("    Option Name         |  Accept  |   Local  |  Remote  |OS default");
        lines.add("    --------------------+----------+----------+----------+----------");
        for (SocketOption option : SocketOption.ALL) {
            lines.add("    %-20s|%s|%s|%s|%10s"
                    .formatted(
                            option.name(), cell(option, 'a'), cell(option, 'l'), cell(option, 'r'), option.standard()));
        }
        return lines;
    }

    private static String cell(SocketOption option, char side) {
        String value = option.standardOn(side);
        return value.equals("--") ? "    --    " : "%10s".formatted(value);
    }

    /** {@code -options}. */
    public List<String> tlsOptions() {
        List<String> lines = begin();
        lines.add("Supported TLS options:");
        TlsOptions.names().forEach(name -> lines.add("options = " + name));
        return lines;
    }

    /** How stunnel is called, with the bracket that it has too many. */
    public static List<String> syntax() {
        return List.of(
                SEPARATOR,
                "Syntax:",
                "stunnel [<filename>] ] -fd <n> | -help | -version | -sockets | -options",
                "    <filename>  - use specified config file",
                "    -fd <n>     - read the config file from a file descriptor",
                "    -help       - get config file help",
                "    -version    - display version and defaults",
                "    -sockets    - display default socket options",
                "    -options    - display supported TLS options");
    }

    private List<String> begin() {
        List<String> lines = new ArrayList<>(banner());
        lines.add(SEPARATOR);
        return lines;
    }
}

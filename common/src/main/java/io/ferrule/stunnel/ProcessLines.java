package io.ferrule.stunnel;

import io.ferrule.config.Address;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.DistinguishedName;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * The lines of the process itself, in stunnel's words: what it has read, where it listens, how it ends. Any thread; the log orders
 * them.
 */
public final class ProcessLines {
    private static final int EMERGENCY = 0;
    private static final int ERR = 3;
    private static final int WARNING = 4;
    private static final int NOTICE = 5;
    private static final int INFO = 6;
    private static final int DEBUG = 7;
    private static final String ID = "ui";

    private final StunnelLog log;

    public ProcessLines(StunnelLog log) {
        this.log = log;
    }

    /** What runs; stunnel's first lines. */
    public void banner(StunnelTexts texts) {
        texts.banner().forEach(line -> log.log(NOTICE, ID, line));
    }

    // ---- what is read

    /** Sentences of ours about what differs. */
    public void notices(List<String> sentences) {
        sentences.forEach(sentence -> log.log(NOTICE, ID, sentence));
    }

    /** Where health, metrics and status are shown; stunnel has no such place, and no such line. */
    public void admin(Address address) {
        String url = address instanceof Address.Tcp ? "http://" + address + "/" : address.toString();
        log.log(NOTICE, ID, "Admin endpoint: " + url);
    }

    /** What has to be mended, a line each. */
    public void errors(List<String> sentences) {
        sentences.forEach(sentence -> log.log(ERR, ID, sentence));
    }

    /** What is unsafe. */
    public void warnings(List<String> sentences) {
        sentences.forEach(sentence -> log.log(WARNING, ID, sentence));
    }

    /** What a section has to show, where both certificate and key were read of a token. */
    public void shown(StunnelService service) {
        String cert = service.identity().cert();
        String key = service.identity().key();
        if (cert != null && SectionKeys.isInToken(service.identity(), cert)) {
            log.log(INFO, ID, "Certificate loaded from engine ID: " + Given.withoutPin(cert));
            if (key != null && SectionKeys.isInToken(service.identity(), key)) {
                log.log(INFO, ID, "Initializing private key on engine ID: " + Given.withoutPin(key));
                log.log(INFO, ID, "Private key initialized on engine ID: " + Given.withoutPin(key));
            }
        }
    }

    /** What a section trusts. */
    public void trusted(StunnelService service, List<X500Principal> authorities) {
        String kind = service.client() ? "server" : "client";
        authorities.forEach(authority ->
                log.log(INFO, ID, "Configured trusted " + kind + " CA: " + DistinguishedName.of(authority)));
    }

    // ---- where it listens

    /** A service got a place. */
    public void bound(String service, Address place, int descriptor) {
        log.log(DEBUG, ID, "Binding service [" + service + "]");
        log.log(INFO, ID, "Service [" + service + "] (FD=" + descriptor + ") bound to " + text(place));
    }

    /**
     * It did not.
     *
     * @param error such as {@code Address already in use (98)}
     */
    public void notBound(String service, Address place, String error) {
        log.log(NOTICE, ID, "Binding service [" + service + "] to " + text(place) + ": " + error);
    }

    /** A Unix socket belongs to whom it was to belong to; 0 for a number that was left as it is. */
    public void chowned(Address.Unix place, int user, int group) {
        log.log(DEBUG, ID, "Socket chown succeeded: %s, UID=%d, GID=%d".formatted(place.path(), user, group));
    }

    /** An option of the socket cannot be set, such as {@code SO_DEBUG: Permission denied (13)}. */
    public void optionFailed(String error) {
        log.log(ERR, ID, error);
    }

    /** It has no place at all. */
    public void bindingFailed(String service) {
        log.log(ERR, ID, "Binding service [" + service + "] failed");
    }

    /** It gave its place up. */
    public void unbound(String service, Address place, int descriptor) {
        log.log(DEBUG, ID, "Unbinding service [" + service + "]");
        log.log(DEBUG, ID, "Service [" + service + "] closed (FD=" + descriptor + ")");
        if (place instanceof Address.Unix unix) {
            log.log(DEBUG, ID, "Socket removed: " + unix.path());
        }
        log.log(DEBUG, ID, "Service [" + service + "] closed");
    }

    /** It listens nowhere: a program is to dial out. */
    public void startsProgram(String service) {
        log.log(DEBUG, ID, "Starting exec+connect service [" + service + "]");
    }

    /** How many sockets the service manager has passed. */
    public void passed(int sockets) {
        log.log(INFO, ID, "Systemd socket activation: " + sockets + " descriptors received");
    }

    /** A service listens at one of them. */
    public void received(int descriptor) {
        log.log(DEBUG, ID, "Listening file descriptor received from systemd (FD=" + descriptor + ")");
    }

    private static String text(Address place) {
        if (place instanceof Address.Adopted there) {
            return text(there.bound());
        }
        if (place instanceof Address.Unix unix) {
            return "localhost:" + unix.path(); // as getnameinfo(3) has it
        }
        Address.Tcp tcp = (Address.Tcp) place;
        try {
            // An address in numbers: nobody is asked.
            return SocketNames.of(new InetSocketAddress(InetAddress.getByName(tcp.host()), tcp.port()));
        } catch (UnknownHostException e) {
            return tcp.host() + ":" + tcp.port();
        }
    }

    // ---- how it goes on

    /** Everything listens: scripts wait for this line. */
    public void accepting() {
        log.log(INFO, ID, "Accepting new connections");
    }

    public void pidFile(Path file) {
        log.log(DEBUG, ID, "Created pid file " + file);
    }

    public void noPidFile() {
        log.log(DEBUG, ID, "No pid file being created");
    }

    /** It cannot be written; {@code why} such as {@code No such file or directory (2)}. */
    public void pidFileFailed(Path file, String why) {
        log.log(ERR, ID, "Cannot create pid file " + file);
        log.log(ERR, ID, "create: " + why);
    }

    public void pidFileRemoved(Path file) {
        log.log(DEBUG, ID, "Removed pid file " + file);
    }

    public void noPidFileToRemove() {
        log.log(DEBUG, ID, "No pid file to remove");
    }

    public void reloading() {
        log.log(DEBUG, ID, "Dispatching a signal from the signal pipe");
        log.log(DEBUG, ID, "Processing SIGNAL_RELOAD_CONFIG");
    }

    /** What ran goes on running. */
    public void reloadFailed() {
        log.log(ERR, ID, "Failed to reload the configuration file");
    }

    public void reopening() {
        log.log(DEBUG, ID, "Dispatching a signal from the signal pipe");
        log.log(DEBUG, ID, "Processing SIGNAL_REOPEN_LOG");
    }

    public void reopened() {
        log.log(NOTICE, ID, "Log file reopened");
    }

    /** Who is connected, for {@code kill -USR2}; at the highest level, so that it is never left out. */
    public void connections(List<ConnectionFacts> open, Function<String, @Nullable LoggedService> services) {
        log.log(EMERGENCY, ID, "Active connections:");
        int number = 0;
        for (ConnectionFacts each : open) {
            LoggedService service = services.apply(each.tunnel());
            boolean client = service != null && service.client();
            log.log(
                    EMERGENCY,
                    ID,
                    "Active connection %d: Service [%s], %d byte(s) sent to TLS, %d byte(s) sent to socket"
                            .formatted(
                                    ++number,
                                    section(each, service),
                                    client ? each.bytesFromClient() : each.bytesFromTarget(),
                                    client ? each.bytesFromTarget() : each.bytesFromClient()));
        }
        log.log(EMERGENCY, ID, "Listed " + number + " active connection(s)");
    }

    private static String section(ConnectionFacts connection, @Nullable LoggedService service) {
        TlsSession session = connection.tls(Leg.ACCEPT);
        LoggedService virtual =
                service == null || session == null ? null : service.virtual().get(session.service());
        return virtual == null ? StunnelTunnels.section(connection.tunnel()) : virtual.name();
    }

    /**
     * It ends by a signal.
     *
     * @param signal such as SIGTERM
     */
    public void ending(String signal) {
        log.log(DEBUG, ID, "Dispatching a signal from the signal pipe");
        if (signal.equals("SIGTERM")) {
            log.log(DEBUG, ID, "Processing SIGNAL_TERMINATE");
            log.log(NOTICE, ID, "Terminated");
        } else {
            log.log(ERR, ID, "Received " + signal + "; terminating");
        }
    }

    /** The connections that were open are cut. */
    public void connectionsEnded(int connections) {
        log.log(INFO, ID, "Terminating " + connections + " service thread(s)");
        log.log(INFO, ID, "Service threads terminated");
    }
}

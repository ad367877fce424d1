package io.ferrule.stunnel;

import io.ferrule.config.Secret;
import io.ferrule.stunnel.StunnelService.Owner;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stunnel.conf, read and checked as stunnel does.
 *
 * @param source as stunnel names it: the file's real path, or the number of a descriptor
 * @param services in the order of the file; names may occur twice. In inetd mode the only one, which has one endpoint
 * @param inetd true if the file has no section: one connection on descriptors 0 and 1
 */
public record StunnelConfig(String source, Globals globals, List<StunnelService> services, boolean inetd) {
    public StunnelConfig {
        services = List.copyOf(services);
    }

    /** Each line before the first section, in order; those of a section are in {@link StunnelService#given}. */
    public List<Given> given() {
        return globals.given();
    }

    /**
     * What is said before the first section about the whole process.
     *
     * @param given each line before the first section, in order, those that are defaults of the services too
     */
    public record Globals(Logging logging, Daemon process, Library library, List<Given> given) {
        public Globals {
            given = List.copyOf(given);
        }
    }

    /** Whether stunnel leaves the terminal, and logs to it. */
    public enum Foreground {
        /** It stays and logs to stderr. */
        YES,
        /** It stays and does not log to stderr. */
        QUIET,
        /** It becomes a daemon; the default. */
        NO
    }

    /**
     * Where lines go.
     *
     * @param level 0 to 7 of the process's own lines; each service has its own, {@link StunnelService.Logging#level}
     * @param facility of syslog(3), in lower case
     * @param output the log file; null for none
     * @param append false if the file is emptied when it is opened
     * @param ident the name for syslog, by the global {@code service}
     */
    public record Logging(
            Foreground foreground,
            int level,
            String facility,
            @Nullable Path output,
            boolean append,
            boolean syslog,
            String ident) {}

    /**
     * How the process runs.
     *
     * @param pid null for none
     * @param chroot as it is written; null for none
     * @param owner the user and group to run as
     */
    public record Daemon(@Nullable Path pid, @Nullable String chroot, Owner owner) {}

    /**
     * An engine or a provider of OpenSSL.
     *
     * @param id such as {@code pkcs11}
     * @param module the PKCS#11 module; null if it is not said
     * @param pin of the tokens behind it; null if it is not said
     */
    public record Engine(String id, @Nullable Path module, @Nullable Secret pin) {}

    /**
     * What is asked of OpenSSL, each as it is written.
     *
     * @param compression null for none
     * @param engines the engines and providers that reach tokens, or only make OpenSSL faster
     */
    public record Library(boolean fips, @Nullable String compression, List<Engine> engines) {
        public Library {
            engines = List.copyOf(engines);
        }
    }
}

package io.ferrule.stunnel;

import static io.ferrule.stunnel.Fate.HONOURED;
import static io.ferrule.stunnel.Fate.differs;
import static io.ferrule.stunnel.Fate.notice;
import static io.ferrule.stunnel.Fate.refused;

import io.ferrule.stunnel.StunnelOption.Scope;
import java.util.List;
import java.util.Map;

/** The options that may stand before the first section only. */
final class GlobalOptions {
    private static final Fate RANDOM = notice("random numbers come from the kernel");
    private static final Fate TOKEN = differs("it is about PKCS#11 tokens; the PIN is never logged");

    static final List<StunnelOption> ALL = List.of(
            option("chroot", "directory to chroot stunnel process", "", refused(OptionTable.CHROOT)),
            option(
                    "compression",
                    "compression type",
                    "",
                    refused("compression lets attackers guess what is encrypted; Ferrule's TLS engine has none")),
            option("EGD", "path to Entropy Gathering Daemon socket", "", RANDOM),
            option("engine", "auto|engine_id", "", TOKEN),
            option("engineCtrl", "cmd[:arg]", "", TOKEN),
            option("engineDefault", "TASK_LIST", "", notice("only the keys of cert and key are asked of an engine")),
            StunnelOption.of(
                    Scope.GLOBAL,
                    "fips",
                    "yes|no FIPS 140-2 mode",
                    "no",
                    refused("Ferrule's TLS engine here has no validated FIPS module"),
                    "no"),
            new StunnelOption(
                    Scope.GLOBAL,
                    "foreground",
                    "yes|quiet|no foreground mode (don't fork, log to stderr)",
                    "no",
                    HONOURED,
                    Map.of(
                            "no",
                            differs(
                                    "the process stays in the foreground; a service manager puts it where it belongs"))),
            option("log", "append|overwrite log file", "append", HONOURED),
            option("output", "file to append log messages", "", HONOURED),
            option("pid", "pid file", "", HONOURED),
            option("provider", "OpenSSL provider to load", "", TOKEN),
            option("providerParameter", "provider parameter", "", TOKEN),
            option("RNDbytes", "bytes to read from random seed files", "1024", RANDOM),
            option("RNDfile", "path to file with random seed data", "/dev/urandom", RANDOM),
            option("RNDoverwrite", "yes|no overwrite seed datafiles with new random data", "yes", RANDOM),
            option("setEnv", "environment variable for child programs", "", HONOURED),
            option("syslog", "yes|no send logging messages to syslog", "yes", HONOURED));

    private GlobalOptions() {}

    private static StunnelOption option(String name, String syntax, String standard, Fate fate) {
        return StunnelOption.of(Scope.GLOBAL, name, syntax, standard, fate);
    }
}

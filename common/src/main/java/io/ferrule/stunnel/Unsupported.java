package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelConfig.Globals;
import io.ferrule.stunnel.StunnelService.Endpoints;
import io.ferrule.stunnel.StunnelService.Owner;
import java.util.List;
import java.util.Optional;

/**
 * What Ferrule does not do. A file that asks for it is refused, because a tunnel that leaves it out would be another tunnel. Looks
 * at what was understood, and not only at lines: whatever way it got there, nothing is left out silently.
 */
final class Unsupported {
    private Unsupported() {}

    /**
     * Each line by itself.
     *
     * @throws StunnelException with file and line
     */
    static void check(List<Given> lines) throws StunnelException {
        for (Given line : lines) {
            Optional<StunnelException> refusal = line.refusal();
            if (refusal.isPresent()) {
                throw refusal.get();
            }
        }
    }

    /**
     * What is asked of the whole process.
     *
     * @param changes true if this process can become another user's
     */
    static void check(Globals globals, ProcessOwner owner, boolean changes) throws Refusal {
        refuse(globals.process().chroot() != null, "chroot", OptionTable.CHROOT);
        Owner asked = globals.process().owner();
        refuse(
                !changes && asked.user() != 0 && asked.user() != owner.user(),
                "setuid with this Java runtime",
                "take Java 22 or later; or start it as " + asked.userName()
                        + " (systemd: User=), with the capability CAP_NET_BIND_SERVICE for ports"
                        + " below 1024; then this line may stay");
        refuse(
                !changes && asked.group() != 0 && asked.group() != owner.group(),
                "setgid with this Java runtime",
                "take Java 22 or later; or start it as a member of " + asked.groupName()
                        + " (systemd: Group=); then this line may stay");
        refuse(globals.library().fips(), "fips", "the TLS engine is BoringSSL without a FIPS certificate");
        refuse(
                globals.library().compression() != null,
                "compression",
                "TLS compression tells who listens what is inside (CRIME); remove the line");
    }

    /** What a section came to ask, by its own lines or by those before the first section. */
    static void check(Globals globals, StunnelService service) throws Refusal {
        endpoints(service);
        Protocol.check(service);
        for (String flag : service.status().ocspFlags()) {
            Fate fate = OcspFlags.fate(flag);
            refuse(fate.treatment() == Fate.Treatment.REFUSED, "OCSPflag = " + flag, fate.sentence());
        }
        refuse(service.resumption().sessiond() != null, "sessiond", "sessions are not kept by another program");
    }

    private static void endpoints(StunnelService service) throws Refusal {
        Endpoints endpoints = service.endpoints();
        refuse(endpoints.exec() != null && endpoints.exec().pty(), "pty", ServiceOptions.PTY);
        refuse(
                endpoints.transparent().ofSource() && endpoints.exec() != null,
                "transparent source of a program",
                "stunnel has it by a library that is loaded into the program; have it connect by itself");
        boolean accepts = !endpoints.accept().isEmpty() || !endpoints.sni().isEmpty();
        boolean original = endpoints.transparent().ofDestination();
        refuse(
                original && !accepts,
                "transparent destination of standard input",
                "write a line [NAME] and accept = PORT, and have the packet filter redirect to that port");
        if (endpoints.connect().isEmpty() && endpoints.exec() == null && !Protocol.leads(service) && !original) {
            throw new Refusal("there is no connect", "");
        }
    }

    private static void refuse(boolean asked, String option, String instead) throws Refusal {
        if (asked) {
            throw new Refusal("\"" + option + "\" is not done by Ferrule yet", instead);
        }
    }
}

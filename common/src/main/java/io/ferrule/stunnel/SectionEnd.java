package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelConfig.Globals;
import java.util.List;

/** Finishes sections: stunnel's checks, the lines it logs of the TLS context, and the check of who runs the service. */
final class SectionEnd {
    private final Asker asker;
    private final ServiceCheck check;

    SectionEnd(Asker asker, ServiceCheck check) {
        this.asker = asker;
        this.check = check;
    }

    /**
     * What the section comes to.
     *
     * @param earlier the sections before it
     * @throws StunnelException if it is wrong; that has been logged
     */
    StunnelService finish(Globals globals, ServiceDraft draft, List<StunnelService> earlier, boolean inetd)
            throws StunnelException {
        String where = inetd ? "Inetd mode" : "Service [" + draft.name() + "]";
        try {
            StunnelService service = draft.finish(earlier, inetd);
            ContextLines lines = new ContextLines(service, asker);
            lines.open();
            check.check(globals, service);
            lines.close();
            return service;
        } catch (Refusal e) {
            throw logged(new StunnelException(where + ": " + e.reason(), e.remedy()));
        } catch (StunnelException e) {
            throw logged(e);
        }
    }

    /** Logs an error as stunnel does, and what we add to it. */
    void log(StunnelException error) {
        asker.log(3, error.line());
        if (!error.remedy().isEmpty()) {
            asker.log(3, error.remedy());
        }
    }

    private StunnelException logged(StunnelException error) {
        log(error);
        return error;
    }
}

package io.ferrule.app;

import io.ferrule.admission.InvitedClients;
import io.ferrule.clients.ClientStore;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a running server's {@link InvitedClients} as the state directory has them, and logs what changed. */
final class Invitations {
    private static final Logger LOG = LoggerFactory.getLogger(Invitations.class);

    private final ClientStore store;
    private final InvitedClients invited;
    private Set<Problem> told = Set.of();

    Invitations(ClientStore store, InvitedClients invited) {
        this.store = store;
        this.invited = invited;
    }

    /** Where it looks; only files that {@link ClientStore#isAboutClients} names matter there. */
    ClientStore store() {
        return store;
    }

    /**
     * Reads who is invited now. Blocks; any thread but an event loop.
     *
     * @return true if that is not what it was, so that open connections have to be judged anew
     * @throws OperatorException if it cannot be found out; then it stays as it was
     */
    synchronized boolean refresh() throws OperatorException {
        ClientStore.Contents contents = store.read();
        warn(contents.problems());
        Set<InvitedClients.Client> before = new HashSet<>(invited.all());
        Set<InvitedClients.Client> now = new HashSet<>(contents.invited());
        if (before.equals(now)) {
            return false;
        }
        invited.replace(now);
        log("client no longer invited", without(before, now));
        log("client invited", without(now, before));
        return true;
    }

    /** True if somebody may use that tunnel by invitation. */
    boolean isAnyoneInvitedTo(String tunnel) {
        return invited.all().stream().anyMatch(client -> client.tunnel().equals(tunnel));
    }

    /** Each once, however often it is looked at. */
    private void warn(List<Problem> problems) {
        for (Problem problem : problems) {
            if (!told.contains(problem)) {
                LOG.atWarn()
                        .addKeyValue("file", problem.where())
                        .log("client file not understood: {}", problem.message());
            }
        }
        told = Set.copyOf(problems);
    }

    private static void log(String what, Collection<InvitedClients.Client> clients) {
        clients.forEach(client -> LOG.atInfo()
                .addKeyValue("client", client.name())
                .addKeyValue("tunnel", client.tunnel())
                .addKeyValue("until", client.until())
                .log(what));
    }

    private static List<InvitedClients.Client> without(
            Set<InvitedClients.Client> all, Set<InvitedClients.Client> those) {
        List<InvitedClients.Client> rest = new ArrayList<>(all);
        rest.removeAll(those);
        return rest;
    }
}

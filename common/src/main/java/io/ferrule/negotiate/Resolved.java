package io.ferrule.negotiate;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.slf4j.event.Level;

/** What a name that a peer has said leads to. */
final class Resolved {
    private Resolved() {}

    /** All addresses; none if there are none, which is noted. */
    static CompletionStage<List<InetAddress>> of(Conversation c, String host) {
        return c.addresses(host).exceptionally(unknown -> {
            c.note(Level.ERROR, "Error resolving \"" + host + "\": Neither nodename nor servname known (EAI_NONAME)");
            return List.of();
        });
    }
}

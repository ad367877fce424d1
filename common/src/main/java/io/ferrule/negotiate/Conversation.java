package io.ferrule.negotiate;

import io.ferrule.config.Address;
import io.ferrule.config.Negotiation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.slf4j.event.Level;

/** What a {@link Talk} has of its connection. Its event loop only. */
public interface Conversation {
    /** What the operator asks for. */
    Negotiation asked();

    /** The peer of the accept leg. */
    Party client();

    /** The peer of the connect leg; only once it is connected to. */
    Party target();

    /** Tells those who watch; no secrets. Control characters are the watchers' matter. */
    void note(Level level, String text);

    /** The connection goes to one of these, in this order, and not to the tunnel's targets; before it is connected. */
    void connectTo(List<Address> targets);

    /**
     * Where the client wanted to go before it was redirected here.
     *
     * @throws IOException with a sentence for the log if that is not known
     */
    InetSocketAddress originalDestination() throws IOException;

    /** All addresses of a host, in the order to try them; fails with {@link java.net.UnknownHostException}. On the event loop. */
    CompletionStage<List<InetAddress>> addresses(String host);
}

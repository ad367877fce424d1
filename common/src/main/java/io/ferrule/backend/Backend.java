package io.ferrule.backend;

import io.ferrule.config.Address;
import io.ferrule.net.LegOptions;
import io.ferrule.net.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a tunnel's target is reached.
 *
 * @param targets one, or several of which any will do
 * @param transport the one that the event loops belong to
 * @param options set on each connection before it is read
 * @param within one deadline for all of it: the look-up of names and the try of each address. If {@code each}, a deadline of its own
 *     for each look-up and each address, as with stunnel; the whole may then take as many times as long as there are addresses
 * @param names closed by whoever made it
 */
public record Backend(
        Targets targets, Transport transport, LegOptions options, Duration within, boolean each, NameResolver names) {
    /** With one deadline for all of it. */
    public Backend(Targets targets, Transport transport, LegOptions options, Duration within, NameResolver names) {
        this(targets, transport, options, within, false, names);
    }

    /** The same way to another place. */
    public Backend to(InetSocketAddress other) {
        Address address = new Address.Tcp(other.getAddress().getHostAddress(), other.getPort());
        return new Backend(targets.to(address), transport, options, within, each, names);
    }

    /**
     * Connects. A name is looked up anew for each connection and its addresses are tried in order, those of all targets once; each
     * gets an equal share of the time that is left, but 250 ms at the least.
     *
     * @param handler added once the connection stands and before it is active, so that it misses nothing; handlers of
     *     addresses that fail never exist
     * @return completed on {@code loop} just before {@code channelActive}; fails with {@link ConnectFailed}. Cancelling it
     *     ends the attempt, and no channel stays behind.
     */
    public Future<Channel> connect(EventLoop loop, ChannelHandler handler) {
        return connect(loop, handler, ConnectTries.UNHEARD);
    }

    /** The same, with someone who hears of each try. */
    public Future<Channel> connect(EventLoop loop, ChannelHandler handler, ConnectTries tries) {
        return connect(loop, handler, tries, null);
    }

    /** The same, beginning with the target that a session had; null for none that is continued. */
    public Future<Channel> connect(
            EventLoop loop, ChannelHandler handler, ConnectTries tries, @Nullable LastTarget last) {
        ConnectAttempt attempt = new ConnectAttempt(this, loop, handler, tries, last);
        attempt.start();
        return attempt.connected();
    }
}

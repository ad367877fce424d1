package io.ferrule.tls;

import io.ferrule.connection.ChosenService;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.TlsSession;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * TLS on one channel, with two directions that end independently (RFC 8446 §6.1): a received close_notify becomes
 * {@link ChannelInputShutdownEvent}, as a FIN does on a plain channel, and {@link #shutdownOutput} sends one. A TCP end without
 * close_notify is not an end but a {@link ConnectionFailure}, fired through the pipeline. It never closes the channel.
 * Everything happens on the channel's event loop.
 */
public interface SecureStream extends ChannelHandler {
    /**
     * What was agreed on, with a peer that is trusted; or a {@link ConnectionFailure}. Completed on the event loop, before the first
     * plaintext is fired.
     */
    Future<TlsSession> handshake();

    /**
     * Connect leg: the proof that the server has let us in. A TLS 1.3 server judges a client's certificate only after the
     * client's handshake is done (RFC 8446 §4.4.2.4); the first record from it that is no alert says that it did. Servers that
     * issue tickets mostly send them at once, others may have nothing to say before they are asked something: do not wait for
     * this without sending. It comes with the handshake on an accept leg, with TLS 1.2, and if the server asked for no
     * certificate.
     *
     * @return completed on the event loop; failed with the {@link ConnectionFailure} that ended the connection, of
     *     {@link HandshakeFailure#REFUSED_BY_PEER} if an alert came in place of any other record
     */
    Future<Void> accepted();

    /** Accept leg: what the client is given, also where its handshake failed after that; null before it is known. Event loop. */
    @Nullable
    ChosenService chosen();

    /**
     * Ends our sending direction and leaves the other one open: all that was written, close_notify, FIN. Once only, after the
     * handshake.
     *
     * @return done when the FIN is on its way
     */
    ChannelFuture shutdownOutput();
}

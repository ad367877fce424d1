package io.ferrule.tunnel;

import io.ferrule.config.DurationText;
import io.ferrule.config.SendProxy;
import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionFacts.Stage;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.proxyprotocol.AwaitedHeader;
import io.ferrule.proxyprotocol.OutgoingHeader;
import io.ferrule.proxyprotocol.ProxyHeader;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * How the client of one connection comes in, before anything else is done with it: whether there is a place for it, and whose
 * connection it is if a balancer in front says that. On the connection's event loop.
 */
final class ClientEntry {
    /** Whom it is done for. */
    interface Owner {
        /** The client is known and has its place. */
        void entered();

        /** There is no place. */
        void cut(CloseReason reason);

        /** The balancer did not say whose connection it is. */
        void failed(ConnectionFailure failure);
    }

    private final TunnelParts parts;
    private final ConnectionFacts facts;
    private final Channel channel;
    private final TakenPlaces places;
    private final StageLimit limit;
    private final Owner owner;
    private final boolean hasHeader;

    private ProxyHeader told = ProxyHeader.NOTHING;
    private Duration headerTook = Duration.ZERO;
    private boolean over;

    /** Nothing is done yet. */
    ClientEntry(
            TunnelParts parts,
            ConnectionFacts facts,
            Channel channel,
            TakenPlaces places,
            StageLimit limit,
            Owner owner) {
        this.parts = parts;
        this.facts = facts;
        this.channel = channel;
        this.places = places;
        this.limit = limit;
        this.owner = owner;
        this.hasHeader = parts.config().accept().proxy().isAwaitedFrom(facts.client());
    }

    /** Takes the places that the connection needs; the reason if one is not to be had. */
    Optional<CloseReason> admit() {
        // A balancer has many clients, and each of them is counted once it is known.
        Optional<CloseReason> refusal = hasHeader ? places.takeOfUnknown() : places.take(facts.client());
        boolean shakesHands = hasHeader || parts.tls().context(Leg.ACCEPT) != null;
        return refusal.isEmpty() && shakesHands ? places.takeHandshake() : refusal;
    }

    /**
     * Lets the client in, once it is known who it is.
     *
     * @param reads whether the channel is read afterwards
     */
    void begin(boolean reads) {
        if (!hasHeader) {
            owner.entered();
            return;
        }
        facts.enter(Stage.PROXY_HEADER);
        Duration most = parts.config().timeouts().handshake();
        limit.set(
                most,
                new ConnectionFailure(
                        CloseReason.PROXY_HEADER_REFUSED, "it was not there after " + DurationText.of(most)));
        TunnelPipeline.awaitHeader(channel, new AwaitedHeader.Stage() {
            @Override
            public void told(ProxyHeader header) {
                headerRead(header, reads);
            }

            @Override
            public void failed(ConnectionFailure failure) {
                owner.failed(failure);
            }
        });
    }

    private void headerRead(ProxyHeader header, boolean reads) {
        limit.lift();
        if (over) {
            return;
        }
        headerTook = Duration.ofNanos(System.nanoTime() - facts.openedNanos());
        channel.config().setAutoRead(reads);
        if (header.source() != null) {
            told = header;
            facts.actsFor(header.source());
        }
        places.takeFrom(facts.client()).ifPresentOrElse(owner::cut, owner::entered);
    }

    /** What it took of the time that the client has for its handshake. */
    Duration took() {
        return headerTook;
    }

    /** Tells the next one, in a header of this version, whose connection it is. */
    byte[] header(SendProxy version) {
        SocketAddress destination = told.destination();
        TlsSession session = facts.tls(Leg.ACCEPT);
        return OutgoingHeader.of(
                version,
                new ProxyHeader(facts.client(), destination != null ? destination : channel.localAddress()),
                session,
                session == null ? null : parts.material().onlyShown(session.service()));
    }

    /** The connection has ended. */
    void stop() {
        over = true;
    }
}

package io.ferrule.connection;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Passes every call on to each of its observers, in order. */
record ObserverList(List<ConnectionObserver> observers) implements ConnectionObserver {
    @Override
    public void opened(ConnectionFacts facts) {
        observers.forEach(o -> o.opened(facts));
    }

    @Override
    public void admitted(ConnectionFacts facts) {
        observers.forEach(o -> o.admitted(facts));
    }

    @Override
    public void hostsAsked(ConnectionFacts facts, String daemon, boolean permitted) {
        observers.forEach(o -> o.hostsAsked(facts, daemon, permitted));
    }

    @Override
    public void identConnected(ConnectionFacts facts, SocketAddress server) {
        observers.forEach(o -> o.identConnected(facts, server));
    }

    @Override
    public void identAnswered(ConnectionFacts facts, String user, boolean permitted) {
        observers.forEach(o -> o.identAnswered(facts, user, permitted));
    }

    @Override
    public void negotiated(ConnectionFacts facts, Leg leg, TlsSession session) {
        observers.forEach(o -> o.negotiated(facts, leg, session));
    }

    @Override
    public void secured(ConnectionFacts facts, Leg leg, TlsSession session, Duration took) {
        observers.forEach(o -> o.secured(facts, leg, session, took));
    }

    @Override
    public void handshakeFailed(ConnectionFacts facts, Leg leg, HandshakeFailure failure) {
        observers.forEach(o -> o.handshakeFailed(facts, leg, failure));
    }

    @Override
    public void addressesFound(ConnectionFacts facts, int first, boolean takeTurns) {
        observers.forEach(o -> o.addressesFound(facts, first, takeTurns));
    }

    @Override
    public void sessionContinued(ConnectionFacts facts, @Nullable SocketAddress target, boolean listed) {
        observers.forEach(o -> o.sessionContinued(facts, target, listed));
    }

    @Override
    public void nameUnknown(ConnectionFacts facts, String host) {
        observers.forEach(o -> o.nameUnknown(facts, host));
    }

    @Override
    public void connecting(ConnectionFacts facts, SocketAddress address) {
        observers.forEach(o -> o.connecting(facts, address));
    }

    @Override
    public void unreachable(ConnectionFacts facts, SocketAddress address, @Nullable String error) {
        observers.forEach(o -> o.unreachable(facts, address, error));
    }

    @Override
    public void programStarted(ConnectionFacts facts, long pid) {
        observers.forEach(o -> o.programStarted(facts, pid));
    }

    @Override
    public void programNotStarted(ConnectionFacts facts, String program, String error) {
        observers.forEach(o -> o.programNotStarted(facts, program, error));
    }

    @Override
    public void programEnded(long pid, int status) {
        observers.forEach(o -> o.programEnded(pid, status));
    }

    @Override
    public void welcomed(ConnectionFacts facts) {
        observers.forEach(o -> o.welcomed(facts));
    }

    @Override
    public void optionRefused(ConnectionFacts facts, Leg leg, String error) {
        observers.forEach(o -> o.optionRefused(facts, leg, error));
    }

    @Override
    public void securing(ConnectionFacts facts, Leg leg) {
        observers.forEach(o -> o.securing(facts, leg));
    }

    @Override
    public void connected(ConnectionFacts facts, Duration took) {
        observers.forEach(o -> o.connected(facts, took));
    }

    @Override
    public void borrowing(ConnectionFacts facts, Level level, String text) {
        observers.forEach(o -> o.borrowing(facts, level, text));
    }

    @Override
    public void noDestination(ConnectionFacts facts, String error) {
        observers.forEach(o -> o.noDestination(facts, error));
    }

    @Override
    public void noted(ConnectionFacts facts, Level level, String text) {
        observers.forEach(o -> o.noted(facts, level, text));
    }

    @Override
    public void received(ConnectionFacts facts, Leg leg, int bytes) {
        for (int i = 0; i < observers.size(); i++) { // the hot path: no iterator, no lambda
            observers.get(i).received(facts, leg, bytes);
        }
    }

    @Override
    public void readingPaused(ConnectionFacts facts, Leg leg) {
        observers.forEach(o -> o.readingPaused(facts, leg));
    }

    @Override
    public void finished(ConnectionFacts facts, Leg leg) {
        observers.forEach(o -> o.finished(facts, leg));
    }

    @Override
    public void closed(ConnectionRecord record) {
        observers.forEach(o -> o.closed(record));
    }

    @Override
    public void acceptPaused(String tunnel, String resource) {
        observers.forEach(o -> o.acceptPaused(tunnel, resource));
    }
}

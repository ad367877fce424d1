package io.ferrule.tunnel;

import io.ferrule.backend.ConnectTries;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionObserver;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Tells those who watch a connection how its target is tried to be reached.
 *
 * @param shown the client, if the target is to see its address
 */
record ObservedTries(ConnectionObserver observer, ConnectionFacts facts, @Nullable InetSocketAddress shown)
        implements ConnectTries {
    @Override
    public void borrowing(Level level, String text) {
        observer.borrowing(facts, level, text);
    }

    @Override
    public void found(int first, boolean takeTurns) {
        observer.addressesFound(facts, first, takeTurns);
    }

    @Override
    public void continued(@Nullable SocketAddress target, boolean listed) {
        observer.sessionContinued(facts, target, listed);
    }

    @Override
    public void nameUnknown(String host) {
        observer.nameUnknown(facts, host);
    }

    @Override
    public void trying(SocketAddress address) {
        observer.connecting(facts, address);
    }

    @Override
    public void missed(SocketAddress address, @Nullable String error) {
        observer.unreachable(facts, address, error);
    }

    @Override
    public Map<String, String> client() {
        return ClientVariables.of(facts);
    }

    @Override
    public void started(long pid) {
        observer.programStarted(facts, pid);
    }

    @Override
    public void notStarted(String program, String error) {
        observer.programNotStarted(facts, program, error);
    }

    @Override
    public void ended(long pid, int status) {
        observer.programEnded(pid, status);
    }
}

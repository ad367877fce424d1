package io.ferrule.backend;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Hears how a target is tried to be reached. Called on the event loop of the connection to be. */
public interface ConnectTries {
    /** For those who only want to know what came of it. */
    ConnectTries UNHEARD = new ConnectTries() {};

    /**
     * There are several addresses, tried one after the other.
     *
     * @param first the one to begin with, from 0
     * @param takeTurns true if each connection begins with another one
     */
    default void found(int first, boolean takeTurns) {}

    /**
     * There are several addresses, and a session is continued, of which the target may be known; told before {@link #found}, and in
     * its place where the connection begins with that target.
     *
     * @param target of the session before; null if it is not known
     * @param listed whether it is still one of the addresses
     */
    default void continued(@Nullable SocketAddress target, boolean listed) {}

    /** A name has no address. */
    default void nameUnknown(String host) {}

    /**
     * The client whose address the target is to see instead of this machine's; null for none. Then {@link #trying} is told after it
     * was given.
     */
    default @Nullable InetSocketAddress shown() {
        return null;
    }

    /**
     * What became of giving the connection an address: the client's, or one of this machine.
     *
     * @param text in stunnel's words
     */
    default void borrowing(Level level, String text) {}

    /** An address is tried; a Unix socket that is full is tried again without telling. */
    default void trying(SocketAddress address) {}

    /**
     * An address cannot be connected to.
     *
     * @param error as the system tells it, such as {@code Connection refused (111)}; null if no answer came in time
     */
    default void missed(SocketAddress address, @Nullable String error) {}

    /** What a program that is the target is told of its client, by the names of variables. */
    default Map<String, String> client() {
        return Map.of();
    }

    /** The target is this process's standard input and output; the connection to it follows, and may end before that is done. */
    default void delivers(CompletionStage<Void> delivered) {}

    /** The target is a program, and has been started; the connection to it follows. */
    default void started(long pid) {}

    /**
     * It cannot be started.
     *
     * @param error as the system tells it, such as {@code No such file or directory (2)}
     */
    default void notStarted(String program, String error) {}

    /**
     * It has ended, which may be after the connection has.
     *
     * @param status 128 and the number of the signal that ended it, if one did
     */
    default void ended(long pid, int status) {}
}

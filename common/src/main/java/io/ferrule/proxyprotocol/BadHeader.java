package io.ferrule.proxyprotocol;

/** What came is no PROXY header, or a broken one; the message says how. It carries no stack trace: it tells of a peer. */
public final class BadHeader extends Exception {
    BadHeader(String message) {
        super(message, null, false, false);
    }
}

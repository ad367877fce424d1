package io.ferrule.token;

import io.ferrule.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A token that is in a slot, with the sessions that this process has with it: as many as threads use it at once. Any thread; calls
 * block as long as the token does, so that signatures have threads of their own.
 */
final class Token {
    private static final int MOST_SESSIONS = 4;
    private static final int MOST_WAITING = 1024;
    private static final long USER = 1;
    private static final long IDLE_SECONDS = 30;

    private final Cryptoki cryptoki;
    private final TokenInfo info;
    private final Deque<Long> idle = new ArrayDeque<>(); // guarded by this, as the four after it
    private final Set<Secret> refused = new HashSet<>();
    private int sessions;
    private boolean open;
    private long generation;
    private final ThreadPoolExecutor signers;

    Token(Cryptoki cryptoki, TokenInfo info) {
        this.cryptoki = cryptoki;
        this.info = info;
        signers = new ThreadPoolExecutor(
                MOST_SESSIONS,
                MOST_SESSIONS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                work -> {
                    Thread thread = new Thread(work, "token-" + info.slot());
                    thread.setDaemon(true);
                    return thread;
                });
        signers.allowCoreThreadTimeOut(true);
    }

    TokenInfo info() {
        return info;
    }

    Cryptoki cryptoki() {
        return cryptoki;
    }

    /** Does what takes as long as the token does; rejects what would be the {@value #MOST_WAITING}th to wait. */
    Executor signers() {
        return signers;
    }

    /** What was found out about objects holds for one of these numbers. */
    synchronized long generation() {
        return generation;
    }

    /** Something to be done within a session. */
    interface Work<T> {
        T in(long session) throws CryptokiException, TokenException;
    }

    /**
     * Does it within a session of an opened token, and if that was lost once more with another.
     *
     * @param pin null if none is known
     * @throws TokenException also if the token does not take the PIN, or took it not before
     */
    <T> T within(@Nullable Secret pin, Work<T> work) throws TokenException {
        try {
            return once(pin, work);
        } catch (CryptokiException first) {
            if (!first.isLoss()) {
                throw new TokenException(this + ": " + first.getMessage());
            }
            forget();
        }
        try {
            return once(pin, work);
        } catch (CryptokiException second) {
            throw new TokenException(this + " is not there any more, or does not work: " + second.getMessage());
        }
    }

    private <T> T once(@Nullable Secret pin, Work<T> work) throws CryptokiException, TokenException {
        long session = session(pin);
        boolean sound = false;
        try {
            T result = work.in(session);
            sound = true;
            return result;
        } catch (TokenException e) {
            sound = true; // it did as it was asked, and there was not what was looked for
            throw e;
        } finally {
            giveBack(session, sound);
        }
    }

    private synchronized long session(@Nullable Secret pin) throws CryptokiException, TokenException {
        Long left = idle.poll();
        long session = left == null ? cryptoki.openSession(info.slot()) : left;
        sessions += left == null ? 1 : 0;
        if (!open) {
            try {
                login(session, pin);
            } catch (CryptokiException | TokenException e) {
                giveBack(session, false);
                throw e;
            }
        }
        return session;
    }

    private synchronized void giveBack(long session, boolean sound) {
        if (sound && idle.size() < MOST_SESSIONS) {
            idle.push(session);
            return;
        }
        sessions--;
        if (sessions == 0) {
            open = false; // whoever closes his last session is logged out (PKCS #11 v2.40, §5.6.8)
        }
        try {
            cryptoki.closeSession(session);
        } catch (CryptokiException e) {
            // it is gone already
        }
    }

    /** A token locks itself after a few wrong PINs, so none is tried again that it has refused. */
    private void login(long session, @Nullable Secret pin) throws CryptokiException, TokenException {
        if (!info.needsLogin() || (pin == null && !info.ownPinPad())) {
            return;
        }
        if (pin != null && refused.contains(pin)) {
            throw new TokenException(
                    this + " has refused this PIN before, and it is not tried again lest the token locks"
                            + " itself: give the right one; or if the token's was changed, start the program anew");
        }
        try {
            cryptoki.login(session, USER, pin == null ? null : bytes(pin));
        } catch (CryptokiException e) {
            if (e.isAboutPin()) {
                if (pin != null) {
                    refused.add(pin);
                }
                throw new TokenException(this + " does not take the PIN: " + e.getMessage());
            }
            if (!e.is(CryptokiException.ALREADY_LOGGED_IN)) {
                throw e;
            }
        }
        open = true;
    }

    static byte[] bytes(Secret pin) {
        return pin.reveal().getBytes(StandardCharsets.UTF_8);
    }

    /** All that is known may be wrong now. */
    private synchronized void forget() {
        while (!idle.isEmpty()) {
            giveBack(idle.remove(), false);
        }
        open = false;
        generation++;
    }

    @Override
    public String toString() {
        return "the token " + (info.label().isEmpty() ? "in slot " + info.slot() : info.label());
    }
}

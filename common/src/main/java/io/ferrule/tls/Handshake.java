package io.ferrule.tls;

import io.ferrule.connection.ChosenService;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.PeerCheck;
import io.ferrule.connection.StatusCheck;
import io.ferrule.connection.TlsSession;
import io.ferrule.connection.Verdict;
import io.ferrule.token.SignatureScheme;
import io.ferrule.token.TokenException;
import io.ferrule.token.TokenKey;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One handshake, from its first byte to a verdict on the peer. The verdict may take a while, since others may be asked about a
 * certificate; the handshake then waits, and the connection may end meanwhile. Event loop only.
 */
final class Handshake {
    /** How far it has come. */
    enum Progress {
        /** The peer has to say more. */
        NEEDS_INPUT,
        /** The verdict is not known yet, or a token has not signed yet; {@code resume} will be run. */
        WAITS,
        /** There is a verdict, and a session. */
        DONE
    }

    private final TlsContext context;
    private final NativeConnection connection;
    private final @Nullable String nameSent;
    private final EventExecutor loop;
    private final Runnable resume;

    private @Nullable TlsService service;
    private @Nullable ChosenService chosen;
    private @Nullable Verdict verdict;
    private Verdict.@Nullable Refused redirection; // with a verdict that lets the handshake go on
    private @Nullable List<X509Certificate> peerChain; // as it was judged
    private boolean askedForCertificate;
    private boolean judging; // the status check has been asked
    private boolean asking; // ... and is on the stack
    private boolean over; // for BoringSSL
    private @Nullable TokenKey key; // of what is shown
    private volatile @Nullable String keyFailure;

    /**
     * Opens the connection.
     *
     * @param nameSent connect leg: the server name asked for
     * @param resume run on {@code loop} when a handshake that waits can go on
     */
    Handshake(TlsContext context, @Nullable String nameSent, EventExecutor loop, Runnable resume) {
        this.context = context;
        this.nameSent = nameSent;
        this.loop = loop;
        this.resume = resume;
        this.connection = context.open(this, nameSent);
    }

    NativeConnection connection() {
        return connection;
    }

    /**
     * Trusted only if something trusted the peer, or if it is to be redirected, which its {@link #session} says; null as long as that
     * is not known.
     */
    @Nullable
    Verdict verdict() {
        return verdict;
    }

    /** The peer's certificates that the verdict is on, its own first; empty if none was judged. */
    List<X509Certificate> judgedChain() {
        return peerChain == null ? List.of() : peerChain;
    }

    /** Why the own key did not sign; null if it did, or was not asked to. */
    @Nullable
    String keyFailure() {
        return keyFailure;
    }

    /** Accept leg: what the client is given; null before that is known. */
    @Nullable
    ChosenService chosen() {
        return chosen;
    }

    /** Connect leg, after the handshake: true if the server judges us by a certificate, this one's or its session's. */
    boolean mayBeRefusedLate() {
        return askedForCertificate || connection.resumed();
    }

    /** Accept leg: true if the client cannot know from the handshake alone that it is let in. */
    boolean clientAwaitsAcceptance() {
        return service != null && service.clients() != null;
    }

    /**
     * Goes on; consumes of {@code in} what belongs to the handshake.
     *
     * @throws TlsEngineException if it failed
     */
    Progress advance(ByteBuf in, Runnable drainRing) throws TlsEngineException {
        while (!over) {
            int outcome = step(in);
            drainRing.run();
            switch (outcome) {
                case NativeConnection.DONE -> {
                    over = true;
                    context.handshakeOver(connection);
                }
                case NativeConnection.WANT_READ -> {
                    return Progress.NEEDS_INPUT;
                }
                case NativeConnection.WANT_WRITE -> {}
                case NativeConnection.WANT_CREDENTIALS -> connection.runTask();
                case NativeConnection.WANT_VERDICT -> {
                    judge();
                    if (verdict == null) {
                        return Progress.WAITS;
                    }
                    connection.runTask();
                }
                case NativeConnection.WANT_SIGNATURE -> {
                    connection.runSigning(() -> loop.execute(resume)); // a signer's thread may be faster than this one
                    return Progress.WAITS;
                }
                default ->
                    throw new TlsEngineException(
                            outcome == NativeConnection.FAILED ? NativeConnection.takeError() : "CLOSED_IN_HANDSHAKE");
            }
        }
        judge(); // a resumed handshake: no certificate was sent, so nobody has asked
        return verdict == null ? Progress.WAITS : Progress.DONE;
    }

    private int step(ByteBuf in) {
        if (in.isReadable()) {
            connection.source(in.memoryAddress() + in.readerIndex(), in.readableBytes());
        }
        try {
            int outcome = connection.handshake();
            if (in.isReadable()) {
                in.skipBytes(in.readableBytes() - connection.left());
            }
            return outcome;
        } finally {
            connection.detach();
        }
    }

    // ---- who is whom

    /** Up-call: false refuses a client for the name it asks for. */
    boolean serverNameKnown(String name) {
        if (context.service(name) != null) {
            return true;
        }
        refuseName("the client asks for the server name \"" + name + "\", which is none of this tunnel's");
        return false;
    }

    /** Up-call: the moment to choose what the peer is shown, and what it is asked for. */
    void credentialsWanted() throws Exception {
        if (context.leg() == Leg.CONNECT) {
            askedForCertificate = true;
            key = context.identify(connection, null);
            return;
        }
        String asked = connection.serverName();
        service = context.service(asked);
        if (service == null) {
            refuseName("the client asks for no server name (SNI), and this tunnel is known by names only");
            return; // with nothing to show the handshake fails, or is refused here if it resumes a session
        }
        chosen = new ChosenService(asked, service.name());
        key = context.identify(connection, service);
        PeerCheck clients = service.clients();
        if (clients != null) {
            connection.askForCertificate(clients.required() && !clients.redirects());
        }
    }

    /** Up-call: the signature of what is shown, by a key that is in a token. */
    CompletionStage<byte[]> sign(int algorithm, byte[] message) {
        TokenKey signer = key;
        Optional<SignatureScheme> scheme = SignatureScheme.of(algorithm);
        if (signer == null || scheme.isEmpty()) {
            keyFailure = "no key here signs by algorithm " + algorithm;
            return CompletableFuture.failedStage(new IllegalStateException(keyFailure));
        }
        return signer.signLater(scheme.get(), message).whenComplete((signature, failure) -> {
            if (failure != null) {
                keyFailure = failure instanceof TokenException told ? told.sentence() : "the token failed: " + failure;
            }
        });
    }

    private void refuseName(String explanation) {
        verdict = new Verdict.Refused(HandshakeFailure.UNKNOWN_NAME, explanation);
    }

    // ---- whether it is trusted

    private void judge() {
        if (verdict != null || judging) {
            return;
        }
        if (context.leg() == Leg.ACCEPT && service == null) {
            refuseName("no service was chosen for the client"); // BoringSSL chooses one in every handshake
            return;
        }
        PeerCheck check = service == null ? context.serverCheck() : service.clients();
        if (check == null) {
            verdict = Verdict.TRUSTED;
            return;
        }
        List<X509Certificate> chain = connection.peerChain();
        peerChain = chain;
        if (chain.isEmpty() && connection.peerShowedCertificate()) {
            settle(new Verdict.Refused(HandshakeFailure.UNTRUSTED, "the peer's certificate cannot be read"));
            return;
        }
        Verdict first = check.judge(chain);
        StatusCheck status = check.status();
        if (first instanceof Verdict.Trusted && status != null && !chain.isEmpty()) {
            ask(status, chain);
        } else {
            settle(first);
        }
    }

    /** The verdict on what the peer showed: a client that is to be redirected has its handshake all the same. */
    private void settle(Verdict found) {
        PeerCheck clients = service == null ? null : service.clients();
        if (found instanceof Verdict.Refused refused && clients != null && clients.redirects()) {
            redirection = refused;
            verdict = Verdict.TRUSTED;
        } else {
            verdict = found;
        }
    }

    private void ask(StatusCheck status, List<X509Certificate> chain) {
        judging = true;
        asking = true;
        try {
            status.check(chain, context.leg() == Leg.CONNECT ? connection.staple() : null)
                    .whenComplete((found, failure) -> {
                        Verdict answer = found != null && failure == null ? found : unanswered(failure);
                        if (loop.inEventLoop()) {
                            answered(answer);
                        } else {
                            loop.execute(() -> answered(answer));
                        }
                    });
        } catch (RuntimeException e) { // it should not, and refusing is what is left then
            settle(unanswered(e));
        } finally {
            asking = false;
        }
    }

    private static Verdict unanswered(@Nullable Throwable failure) {
        return new Verdict.Refused(
                HandshakeFailure.STATUS_UNKNOWN,
                "whether the peer's certificate is revoked cannot be found out: " + failure);
    }

    private void answered(Verdict answer) {
        if (verdict == null) {
            settle(answer);
            if (!asking) {
                resume.run();
            }
        }
    }

    // ---- what came of it

    /** After {@link Progress#DONE}. */
    TlsSession session() {
        boolean server = context.leg() == Leg.ACCEPT;
        return new TlsSession(
                connection.version(),
                connection.cipher(),
                connection.group(),
                connection.resumed(),
                server ? connection.serverName() : nameSent,
                service == null ? "" : service.name(),
                connection.alpn(),
                peerChain == null ? connection.peerChain() : peerChain,
                server ? connection.keptAs() : null,
                redirection,
                null);
    }
}

package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.connection.CloseReason;
import io.ferrule.connection.ConnectionFacts;
import io.ferrule.connection.ConnectionFacts.Stage;
import io.ferrule.connection.ConnectionRecord;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.Leg;
import io.ferrule.connection.TlsSession;
import io.ferrule.stunnel.LoggedService.Asked;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The lines of one connection, against those that stunnel 5.68 wrote; see StunnelLinesTest for both side by side. */
class StunnelEventsTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 60158);
    private static final InetSocketAddress TARGET = new InetSocketAddress(InetAddress.getLoopbackAddress(), 21001);
    private static final InetSocketAddress SOURCE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 56864);
    private static final Asked VERIFY_CHAIN = new Asked(true, true, false, List.of(), List.of(), List.of());
    private static final TestCertificates.Authority CA = TestCertificates.authority("ca1 CA");

    private final List<String> lines = new ArrayList<>();

    private StunnelEvents events(LoggedService service) {
        return new StunnelEvents(
                (level, id, text) -> lines.add("LOG" + level + "[" + id + "]: " + text),
                name -> name.equals("tunnel") ? service : null,
                new Random(1));
    }

    private static LoggedService server(int level, Asked asked) {
        return new LoggedService("redis", false, level, ConnectionId.SEQUENTIAL, asked, null, 9765);
    }

    private static LoggedService client(int level, Asked asked) {
        return new LoggedService("cl", true, level, ConnectionId.SEQUENTIAL, asked, "server.test", 9765);
    }

    private static ConnectionFacts facts() {
        return new ConnectionFacts(99, "tunnel", CLIENT, Instant.now(), 0);
    }

    private static TlsSession session(String version, String group, boolean resumed, X509Certificate... chain) {
        String cipher = version.equals("TLSv1.3") ? "TLS_AES_256_GCM_SHA384" : "ECDHE-RSA-AES256-GCM-SHA384";
        return new TlsSession(version, cipher, group, resumed, null, "", null, List.of(chain));
    }

    private static ConnectionRecord record(ConnectionFacts facts, CloseReason reason) {
        return record(facts, reason, null, null);
    }

    private static ConnectionRecord record(
            ConnectionFacts facts, CloseReason reason, @Nullable HandshakeFailure failure, @Nullable String detail) {
        facts.enter(Stage.CLOSING);
        return new ConnectionRecord(facts, reason, failure, detail, Duration.ofSeconds(1));
    }

    private static void reach(StunnelEvents events, ConnectionFacts facts) {
        events.connecting(facts, TARGET);
        facts.connectedTo(TARGET);
        facts.connectedFrom(SOURCE);
        events.connected(facts, Duration.ZERO);
    }

    private static void shakeHands(StunnelEvents events, ConnectionFacts facts, Leg leg, TlsSession session) {
        events.securing(facts, leg);
        facts.secured(leg, session);
        events.negotiated(facts, leg, session);
        events.secured(facts, leg, session, Duration.ZERO);
    }

    /** A connection of a server that carried five bytes there and seven back. */
    private void served(LoggedService service, TlsSession session) {
        StunnelEvents events = events(service);
        ConnectionFacts facts = facts();
        events.opened(facts);
        events.admitted(facts);
        events.welcomed(facts);
        shakeHands(events, facts, Leg.ACCEPT, session);
        reach(events, facts);
        facts.received(Leg.ACCEPT, 5);
        facts.received(Leg.CONNECT, 7);
        events.finished(facts, Leg.ACCEPT);
        events.finished(facts, Leg.CONNECT);
        events.closed(record(facts, CloseReason.CLIENT_CLOSED));
    }

    private static X509Certificate[] chain(TestCertificate certificate) {
        return certificate.chain().toArray(X509Certificate[]::new);
    }

    @Test
    void serverTellsOfAConnectionFromItsBeginToItsEnd() {
        X509Certificate[] worker = chain(
                CA.leaf("client.test").subject("O=FactTest,CN=client.test").issue());
        served(server(7, VERIFY_CHAIN), session("TLSv1.3", "X25519", false, worker));
        assertThat(lines)
                .containsExactly(
                        "LOG7[0]: Service [redis] started",
                        "LOG5[0]: Service [redis] accepted connection from 127.0.0.1:60158",
                        "LOG6[0]: Peer certificate required",
                        "LOG7[0]: Verification started at depth=1: CN=ca1 CA",
                        "LOG7[0]: CERT: Pre-verification succeeded",
                        "LOG6[0]: Certificate accepted at depth=1: CN=ca1 CA",
                        "LOG7[0]: Verification started at depth=0: O=FactTest, CN=client.test",
                        "LOG7[0]: CERT: Pre-verification succeeded",
                        "LOG6[0]: CERT: No subject checks configured",
                        "LOG5[0]: Certificate accepted at depth=0: O=FactTest, CN=client.test",
                        "LOG6[0]: TLS accepted: new session negotiated",
                        "LOG6[0]: TLSv1.3 ciphersuite: TLS_AES_256_GCM_SHA384 (256-bit encryption)",
                        "LOG6[0]: Peer temporary key: X25519, 253 bits",
                        "LOG7[0]: Compression: null, expansion: null",
                        "LOG6[0]: s_connect: connecting 127.0.0.1:21001",
                        "LOG5[0]: s_connect: connected 127.0.0.1:21001",
                        "LOG6[0]: persistence: 127.0.0.1:21001 cached",
                        "LOG5[0]: Service [redis] connected remote server from 127.0.0.1:56864",
                        "LOG7[0]: TLS alert (read): warning: close notify",
                        "LOG6[0]: TLS closed (SSL_read)",
                        "LOG7[0]: Sent socket write shutdown",
                        "LOG6[0]: Read socket closed (readsocket)",
                        "LOG7[0]: Sending close_notify alert",
                        "LOG7[0]: TLS alert (write): warning: close notify",
                        "LOG6[0]: SSL_shutdown successfully sent close_notify alert",
                        "LOG5[0]: Connection closed: 7 byte(s) sent to TLS, 5 byte(s) sent to socket",
                        "LOG7[0]: Service [redis] finished (0 left)");
    }

    @Test
    void defaultLevelTellsOfBeginAndEndAndCertificate() {
        X509Certificate[] worker = chain(CA.issue("client.test"));
        served(server(5, VERIFY_CHAIN), session("TLSv1.3", "X25519", false, worker));
        assertThat(lines)
                .containsExactly(
                        "LOG5[0]: Service [redis] accepted connection from 127.0.0.1:60158",
                        "LOG5[0]: Certificate accepted at depth=0: CN=client.test",
                        "LOG5[0]: s_connect: connected 127.0.0.1:21001",
                        "LOG5[0]: Service [redis] connected remote server from 127.0.0.1:56864",
                        "LOG5[0]: Connection closed: 7 byte(s) sent to TLS, 5 byte(s) sent to socket");
    }

    @Test
    void clientConnectsBeforeItsHandshakeAndCountsTheOtherWayRound() {
        Asked checkHost = new Asked(true, true, false, List.of("server.test"), List.of(), List.of());
        StunnelEvents events = events(client(6, checkHost));
        ConnectionFacts facts = facts();
        events.admitted(facts);
        events.welcomed(facts);
        reach(events, facts);
        shakeHands(events, facts, Leg.CONNECT, session("TLSv1.3", "X25519", false, chain(CA.issue("server.test"))));
        facts.received(Leg.ACCEPT, 5);
        facts.received(Leg.CONNECT, 7);
        events.finished(facts, Leg.ACCEPT);
        events.finished(facts, Leg.CONNECT);
        events.closed(record(facts, CloseReason.CLIENT_CLOSED));
        assertThat(lines)
                .containsExactly(
                        "LOG5[0]: Service [cl] accepted connection from 127.0.0.1:60158",
                        "LOG6[0]: s_connect: connecting 127.0.0.1:21001",
                        "LOG5[0]: s_connect: connected 127.0.0.1:21001",
                        "LOG5[0]: Service [cl] connected remote server from 127.0.0.1:56864",
                        "LOG6[0]: SNI: sending servername: server.test",
                        "LOG6[0]: Peer certificate required",
                        "LOG6[0]: Certificate accepted at depth=1: CN=ca1 CA",
                        "LOG6[0]: CERT: Host name \"server.test\" matched with \"server.test\"",
                        "LOG5[0]: Certificate accepted at depth=0: CN=server.test",
                        "LOG6[0]: TLS connected: new session negotiated",
                        "LOG6[0]: TLSv1.3 ciphersuite: TLS_AES_256_GCM_SHA384 (256-bit encryption)",
                        "LOG6[0]: Peer temporary key: X25519, 253 bits",
                        "LOG6[0]: Read socket closed (readsocket)",
                        "LOG6[0]: SSL_shutdown successfully sent close_notify alert",
                        "LOG6[0]: TLS closed (SSL_read)",
                        "LOG5[0]: Connection closed: 5 byte(s) sent to TLS, 7 byte(s) sent to socket");
    }

    @Test
    void continuedSessionTellsOfNoCertificate() {
        served(server(6, VERIFY_CHAIN), session("TLSv1.3", "X25519", true, chain(CA.issue("client.test"))));
        assertThat(lines)
                .contains("LOG6[0]: TLS accepted: previous session reused")
                .noneMatch(line -> line.contains("Certificate accepted"));
    }

    @Test
    void serverHasNoKeyOfAClientToTellWithTls12() {
        served(server(6, Asked.NOTHING), session("TLSv1.2", "X25519", false));
        assertThat(lines)
                .contains(
                        "LOG6[0]: TLSv1.2 ciphersuite: ECDHE-RSA-AES256-GCM-SHA384 (256-bit encryption)",
                        "LOG6[0]: No peer temporary key received");
    }

    static Stream<Arguments> refusals() {
        TestCertificate known = CA.issue("peer.test");
        TestCertificate own = TestCertificates.selfSigned("peer.test");
        return Stream.of(
                Arguments.of(
                        HandshakeFailure.UNTRUSTED,
                        known,
                        "CERT: Pre-verification error: unable to get local issuer certificate",
                        "unknown CA"),
                Arguments.of(
                        HandshakeFailure.UNTRUSTED,
                        own,
                        "CERT: Pre-verification error: self-signed certificate",
                        "unknown CA"),
                Arguments.of(
                        HandshakeFailure.EXPIRED,
                        known,
                        "CERT: Pre-verification error: certificate has expired",
                        "certificate expired"),
                Arguments.of(
                        HandshakeFailure.REVOKED,
                        known,
                        "CERT: Pre-verification error: certificate revoked",
                        "certificate revoked"),
                Arguments.of(HandshakeFailure.NAME_MISMATCH, known, "CERT: Subject checks failed", "bad certificate"),
                Arguments.of(
                        HandshakeFailure.CERTIFICATE_MISMATCH,
                        known,
                        "CERT: Certificate not found in local repository",
                        "bad certificate"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusedCertificateIsNamedWithTheReason(
            HandshakeFailure failure, TestCertificate shown, String reason, String alert) {
        StunnelEvents events = events(server(7, VERIFY_CHAIN));
        ConnectionFacts facts = facts();
        events.admitted(facts);
        events.welcomed(facts);
        facts.refused(shown.chain());
        events.closed(record(facts, CloseReason.CLIENT_HANDSHAKE_FAILED, failure, "the client's certificate is not"));
        assertThat(lines.stream()
                        .filter(line -> !line.startsWith("LOG6")
                                && !line.contains("Pre-verification succ")
                                && !line.contains("depth=1")))
                .containsExactly(
                        "LOG7[0]: Service [redis] started",
                        "LOG5[0]: Service [redis] accepted connection from 127.0.0.1:60158",
                        "LOG7[0]: Verification started at depth=0: CN=peer.test",
                        "LOG4[0]: " + reason,
                        "LOG4[0]: Rejected by CERT at depth=0: CN=peer.test",
                        "LOG7[0]: TLS alert (write): fatal: " + alert,
                        "LOG3[0]: SSL_accept: certificate verify failed",
                        "LOG5[0]: Connection reset/closed: 0 byte(s) sent to TLS, 0 byte(s) sent to socket",
                        "LOG7[0]: Service [redis] finished (0 left)");
    }

    static Stream<Arguments> failedHandshakes() {
        return Stream.of(
                Arguments.of(
                        HandshakeFailure.NO_CERTIFICATE,
                        "peer did not return a certificate",
                        "LOG3[0]: SSL_accept: peer did not return a certificate",
                        "reset/closed"),
                Arguments.of(
                        HandshakeFailure.REFUSED_BY_PEER,
                        "the peer sent the alert unknown_ca: it does not accept the certificate that it was shown",
                        "LOG3[0]: SSL_accept: tlsv1 alert unknown ca",
                        "reset/closed"),
                Arguments.of(
                        HandshakeFailure.NOT_TLS,
                        "wrong version number",
                        "LOG3[0]: SSL_accept: wrong version number",
                        "reset"),
                Arguments.of(
                        HandshakeFailure.NO_COMMON_VERSION,
                        "unsupported protocol",
                        "LOG3[0]: SSL_accept: unsupported protocol",
                        "reset/closed"),
                Arguments.of(
                        HandshakeFailure.NO_COMMON_CIPHER,
                        "no shared cipher: the peer offers none that suits the settings and the kind of key here",
                        "LOG3[0]: SSL_accept: no shared cipher",
                        "reset/closed"),
                Arguments.of(
                        HandshakeFailure.CLOSED,
                        "the peer closed the connection during the handshake",
                        "LOG3[0]: SSL_accept: unexpected eof while reading",
                        "reset/closed"),
                Arguments.of(
                        HandshakeFailure.CLOSED,
                        "recvAddress(..) failed with error(-104): Connection reset by peer",
                        "LOG3[0]: SSL_accept: Connection reset by peer (104)",
                        "reset"),
                Arguments.of(
                        HandshakeFailure.TIMEOUT,
                        "the handshake was not finished after 10s",
                        "LOG6[0]: ssl_start: s_poll_wait: TIMEOUTbusy exceeded: sending reset",
                        "reset"));
    }

    @ParameterizedTest
    @MethodSource("failedHandshakes")
    void failedHandshakeSaysWhyAndHowItEnds(HandshakeFailure failure, String detail, String line, String word) {
        StunnelEvents events = events(server(6, VERIFY_CHAIN));
        ConnectionFacts facts = facts();
        events.admitted(facts);
        events.welcomed(facts);
        events.closed(record(facts, CloseReason.CLIENT_HANDSHAKE_FAILED, failure, detail));
        assertThat(lines)
                .endsWith(line, "LOG5[0]: Connection " + word + ": 0 byte(s) sent to TLS, 0 byte(s) sent to socket");
    }

    @Test
    void refusalAfterTheHandshakeOfAClientIsReadAndNotConnected() {
        StunnelEvents events = events(client(5, Asked.NOTHING));
        ConnectionFacts facts = facts();
        events.admitted(facts);
        events.welcomed(facts);
        reach(events, facts);
        shakeHands(events, facts, Leg.CONNECT, session("TLSv1.3", "X25519", false, chain(CA.issue("server.test"))));
        events.closed(record(
                facts,
                CloseReason.TARGET_HANDSHAKE_FAILED,
                HandshakeFailure.REFUSED_BY_PEER,
                "the peer sent the alert unknown_ca: it does not accept the certificate that it was shown"));
        assertThat(lines)
                .endsWith(
                        "LOG3[0]: SSL_read: tlsv1 alert unknown ca",
                        "LOG5[0]: Connection closed/reset: 0 byte(s) sent to TLS, 0 byte(s) sent to socket");
    }

    @Test
    void everyAddressThatFailsIsNamed() {
        StunnelEvents events = events(server(6, Asked.NOTHING));
        ConnectionFacts facts = facts();
        events.admitted(facts);
        events.welcomed(facts);
        events.addressesFound(facts, 1, true);
        events.connecting(facts, TARGET);
        events.unreachable(facts, TARGET, "Connection refused (111)");
        events.connecting(facts, SOURCE);
        events.unreachable(facts, SOURCE, null);
        events.closed(record(facts, CloseReason.CONNECT_TIMEOUT, null, "cannot connect"));
        assertThat(lines.subList(1, lines.size()))
                .containsExactly(
                        "LOG6[0]: failover: round-robin, starting at entry #1",
                        "LOG6[0]: s_connect: connecting 127.0.0.1:21001",
                        "LOG3[0]: s_connect: connect 127.0.0.1:21001: Connection refused (111)",
                        "LOG6[0]: s_connect: connecting 127.0.0.1:56864",
                        "LOG3[0]: s_connect: s_poll_wait 127.0.0.1:56864: TIMEOUTconnect exceeded",
                        "LOG3[0]: No more addresses to connect",
                        "LOG5[0]: Connection reset: 0 byte(s) sent to TLS, 0 byte(s) sent to socket");
    }

    @Test
    void nameWithoutAddressIsToldOnce() {
        StunnelEvents events = events(server(5, Asked.NOTHING));
        ConnectionFacts facts = facts();
        events.admitted(facts);
        events.welcomed(facts);
        events.nameUnknown(facts, "nohost.invalid");
        events.closed(record(facts, CloseReason.CONNECT_FAILED, null, "cannot connect"));
        assertThat(lines.subList(1, lines.size()))
                .containsExactly(
                        "LOG3[0]: Error resolving \"nohost.invalid\": Neither nodename nor servname known (EAI_NONAME)",
                        "LOG3[0]: No remote host resolved",
                        "LOG5[0]: Connection reset: 0 byte(s) sent to TLS, 0 byte(s) sent to socket");
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                Arguments.of(CloseReason.TARGET_CLOSED, "", "closed"),
                Arguments.of(CloseReason.CLIENT_RESET, "LOG6[0]: TLS socket closed (SSL_read)", "reset"),
                Arguments.of(CloseReason.TARGET_RESET, "LOG3[0]: readsocket: Connection reset by peer (104)", "reset"),
                Arguments.of(CloseReason.CLIENT_TRUNCATED, "LOG6[0]: TLS socket closed (SSL_read)", "reset"),
                Arguments.of(CloseReason.CLIENT_TLS_ERROR, "LOG3[0]: SSL_read: bad record mac", "reset/closed"),
                Arguments.of(
                        CloseReason.IDLE_TIMEOUT,
                        "LOG6[0]: transfer: s_poll_wait: TIMEOUTidle exceeded: sending reset",
                        "reset"),
                Arguments.of(
                        CloseReason.HALF_CLOSE_TIMEOUT,
                        "LOG3[0]: transfer: s_poll_wait: TIMEOUTclose exceeded: closing",
                        "closed"));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void endIsToldWithItsCause(CloseReason reason, String cause, String word) {
        StunnelEvents events = events(server(6, Asked.NOTHING));
        ConnectionFacts facts = facts();
        events.admitted(facts);
        events.welcomed(facts);
        events.closed(record(facts, reason, null, "bad record mac"));
        assertThat(lines).last().asString().startsWith("LOG5[0]: Connection " + word + ": ");
        assertThat(cause.isEmpty() || lines.get(lines.size() - 2).equals(cause))
                .as("%s", lines)
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = CloseReason.class, mode = EnumSource.Mode.EXCLUDE, names = "STOPPED")
    void everyEndCountsItsBytesOnce(CloseReason reason) {
        for (LoggedService service : List.of(server(7, Asked.NOTHING), client(7, Asked.NOTHING))) {
            lines.clear();
            StunnelEvents events = events(service);
            ConnectionFacts facts = facts();
            events.admitted(facts);
            events.welcomed(facts);
            events.closed(record(facts, reason));
            assertThat(lines)
                    .filteredOn(line -> line.contains("byte(s) sent to TLS"))
                    .hasSize(1);
            assertThat(lines).last().asString().endsWith("finished (0 left)");
        }
    }

    @Test
    void connectionCutByAStopEndsWithoutALineOfItsOwn() {
        StunnelEvents events = events(server(7, Asked.NOTHING));
        ConnectionFacts facts = facts();
        events.admitted(facts);
        events.welcomed(facts);
        lines.clear();
        events.closed(record(facts, CloseReason.STOPPED));
        assertThat(lines).containsExactly("LOG7[ui]: Terminating a thread for [redis]");
    }

    @Test
    void connectionBeyondTheLimitIsRejectedByTheProcess() {
        StunnelEvents events = events(server(7, Asked.NOTHING));
        ConnectionFacts facts = facts();
        events.opened(facts);
        events.closed(record(facts, CloseReason.TOO_MANY_CONNECTIONS));
        assertThat(lines).containsExactly("LOG4[ui]: Connection rejected: too many clients (>=9765)");
    }

    @Test
    void connectionsAreNumberedFromZeroAndRejectedOnesAreNot() {
        StunnelEvents events = events(server(5, Asked.NOTHING));
        ConnectionFacts first = facts();
        events.admitted(first);
        events.welcomed(first);
        ConnectionFacts rejected = facts();
        events.opened(rejected);
        events.closed(record(rejected, CloseReason.TOO_MANY_CONNECTIONS));
        ConnectionFacts next = facts();
        events.admitted(next);
        events.welcomed(next);
        assertThat(lines)
                .extracting(line -> line.substring(0, line.indexOf(':')))
                .containsExactly("LOG5[0]", "LOG4[ui]", "LOG5[1]");
    }

    @Test
    void openConnectionsOfAllServicesAreCounted() {
        StunnelEvents events = events(server(7, Asked.NOTHING));
        ConnectionFacts first = facts();
        events.admitted(first);
        events.welcomed(first);
        events.admitted(facts());
        events.closed(record(first, CloseReason.CLIENT_CLOSED));
        assertThat(lines).last().asString().endsWith("finished (1 left)");
    }

    @Test
    void serverNameSwitchesTheService() {
        LoggedService virtual = new LoggedService("v", false, 5, ConnectionId.SEQUENTIAL, Asked.NOTHING, null, 9765);
        LoggedService primary = new LoggedService(
                "redis", false, 6, ConnectionId.SEQUENTIAL, Asked.NOTHING, null, 9765, Map.of("*.v.test", virtual));
        TlsSession asked = new TlsSession(
                "TLSv1.3", "TLS_AES_256_GCM_SHA384", "X25519", false, "a.v.test", "*.v.test", null, List.of());
        served(primary, asked);
        assertThat(lines)
                .containsSequence(
                        "LOG6[0]: SNI: requested servername: a.v.test", "LOG5[0]: SNI: switched to service [v]")
                .contains("LOG5[0]: Service [v] connected remote server from 127.0.0.1:56864")
                .noneMatch(line -> line.contains("TLS accepted")); // its level is another one
    }

    @Test
    void connectionsOfOtherTunnelsAreNotTold() {
        StunnelEvents events = events(server(7, Asked.NOTHING));
        ConnectionFacts other = new ConnectionFacts(0, "other", CLIENT, Instant.now(), 0);
        events.admitted(other);
        events.welcomed(other);
        events.closed(record(other, CloseReason.CLIENT_CLOSED));
        assertThat(lines).isEmpty();
    }

    @Test
    void pausedListenerSaysWhatRanOut() {
        events(server(7, Asked.NOTHING)).acceptPaused("tunnel", "file descriptors");
        assertThat(lines)
                .containsExactly(
                        "LOG3[ui]: local socket: Too many open files (24)",
                        "LOG5[ui]: Accepting new connections suspended for 1 second");
    }
}

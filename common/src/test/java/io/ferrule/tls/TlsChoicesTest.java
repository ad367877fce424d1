package io.ferrule.tls;

import static io.ferrule.tls.TlsMaking.client;
import static io.ferrule.tls.TlsMaking.knowing;
import static io.ferrule.tls.TlsMaking.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.config.PostQuantum;
import io.ferrule.config.Sessions;
import io.ferrule.config.TlsNames;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.connection.ConnectionFailure;
import io.ferrule.connection.HandshakeFailure;
import io.ferrule.connection.TlsSession;
import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.TestCertificate;
import io.ferrule.testing.TestCertificates;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators may choose of TLS, as the engine then speaks it. */
class TlsChoicesTest {
    private static final TestCertificate ECDSA = TestCertificates.selfSigned("localhost");
    private static final TestCertificate RSA =
            TestCertificates.selfSignedLeaf("localhost").key("RSA").issue();

    private static TlsSettings settings(
            TlsVersion minimum,
            TlsVersion maximum,
            List<String> ciphers,
            List<String> groups,
            PostQuantum postQuantum,
            List<String> signatures,
            boolean clientChooses) {
        return new TlsSettings(
                minimum, maximum, List.of(), ciphers, groups, postQuantum, signatures, clientChooses, Sessions.DEFAULT);
    }

    private static TlsSettings tls12(boolean clientChooses, String... ciphers) {
        return settings(
                TlsVersion.TLS_1_2,
                TlsVersion.TLS_1_2,
                List.of(ciphers),
                List.of(),
                PostQuantum.PREFERRED,
                List.of(),
                clientChooses);
    }

    private static TlsSettings groups(PostQuantum postQuantum, String... groups) {
        return settings(
                postQuantum == PostQuantum.REQUIRED ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2,
                TlsVersion.TLS_1_3,
                List.of(),
                List.of(groups),
                postQuantum,
                List.of(),
                false);
    }

    private static TlsSettings signing(TlsVersion version, String... signatures) {
        return settings(version, version, List.of(), List.of(), PostQuantum.PREFERRED, List.of(signatures), false);
    }

    private static TlsSession agreed(TlsSettings server, TlsSettings client) throws Exception {
        try (TlsEnds ends = new TlsEnds(server(server, null, ECDSA, RSA));
                TlsContext near = client(client, knowing(ECDSA, RSA))) {
            return ends.connect(near, null).session();
        }
    }

    @Test
    void everySuiteThatCanBeChosenIsSpoken() throws Exception {
        for (String cipher : TlsNames.ciphers()) {
            assertThat(agreed(tls12(false, cipher), tls12(false)).cipher()).isEqualTo(cipher);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSuiteIsTheServersOrTheClientsChoice(boolean clientChooses) throws Exception {
        String servers = "ECDHE-ECDSA-AES256-GCM-SHA384";
        String clients = "ECDHE-ECDSA-CHACHA20-POLY1305";
        assertThat(agreed(tls12(clientChooses, servers, clients), tls12(false, clients, servers))
                        .cipher())
                .isEqualTo(clientChooses ? clients : servers);
    }

    @Test
    void everyGroupThatCanBeChosenIsSpoken() throws Exception {
        for (String group : TlsNames.GROUPS) {
            TlsSettings only = groups(PostQuantum.PREFERRED, group);
            assertThat(agreed(only, only).group()).isIn(group, openSslName(group));
        }
    }

    private static String openSslName(String group) {
        return group.equals("P-256") ? "prime256v1" : group;
    }

    @ParameterizedTest
    @CsvSource({
        "PREFERRED, PREFERRED, X25519MLKEM768",
        "PREFERRED, REQUIRED, X25519MLKEM768",
        "REQUIRED, PREFERRED, X25519MLKEM768",
        "PREFERRED, OFF, X25519",
        "OFF, PREFERRED, X25519",
    })
    void postQuantumIsAgreedOnWhereBothHaveIt(PostQuantum server, PostQuantum client, String group) throws Exception {
        assertThat(agreed(groups(server), groups(client)).group()).isEqualTo(group);
    }

    @NeedsCommand("openssl")
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void aPeerWithoutPostQuantumIsRefusedWhereItIsRequired(String option) throws Exception {
        try (TlsEnds ends = new TlsEnds(server(groups(PostQuantum.REQUIRED), null, ECDSA));
                OpenSslPeer old = OpenSslPeer.client(ends.port(), option)) {
            ConnectionFailure failure = (ConnectionFailure) ends.accepted().handshakeFailure();
            assertThat(failure.handshakeFailure())
                    .isEqualTo(
                            option.equals("-tls1_3")
                                    ? HandshakeFailure.NO_COMMON_CIPHER
                                    : HandshakeFailure.NO_COMMON_VERSION);
            old.awaitLine(".*alert.*");
        }
    }

    @NeedsCommand("openssl")
    @ParameterizedTest
    @CsvSource({
        "TLS_1_3, rsa_pss_rsae_sha512, SHA512, RSA-PSS",
        "TLS_1_3, rsa_pss_rsae_sha256, SHA256, RSA-PSS",
        "TLS_1_2, rsa_pkcs1_sha384, SHA384, RSA",
    })
    void ownKeysSignAsChosen(TlsVersion version, String signature, String digest, String type) throws Exception {
        try (TlsEnds ends = new TlsEnds(server(signing(version, signature), null, RSA));
                OpenSslPeer peer = OpenSslPeer.client(ends.port())) {
            assertThat(peer.awaitLine("Peer signing digest: .*")).endsWith(digest);
            assertThat(peer.awaitLine("Peer signature type: .*")).endsWith(" " + type);
            ends.accepted().session();
        }
    }

    @Test
    void theEngineSignsWithWhatCanBeChosen() {
        assertThat(Arrays.stream(SignatureAlgorithm.values()).map(SignatureAlgorithm::label))
                .containsExactlyElementsOf(TlsNames.SIGNATURES);
    }
}

package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.connection.DistinguishedName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,127.0.0.1:7",
        "::1,::1:7",
        "::,:::7",
        "2001:db8:0:0:1:0:0:0,2001:db8:0:0:1:::7",
        "2001:db8:1:2:3:0:5:6,2001:db8:1:2:3:0:5:6:7",
        "fe80::1,fe80::1:7"
    })
    void addressHasNoBracketsAndItsZerosAreShort(String host, String text) throws UnknownHostException {
        assertThat(SocketNames.of(new InetSocketAddress(InetAddress.getByName(host), 7)))
                .isEqualTo(text);
    }

    @Test
    void unixSocketIsNamedAsGetnameinfoDoes() {
        assertThat(SocketNames.of(UnixDomainSocketAddress.of(""))).isEqualTo("unnamed socket");
        assertThat(SocketNames.of(UnixDomainSocketAddress.of("/run/redis.sock")))
                .isEqualTo("localhost:/run/redis.sock");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CN=server.test,O=FactTest|O=FactTest, CN=server.test",
                "CN=a,OU=b,C=DE|C=DE, OU=b, CN=a",
                "CN=Müller\\, Inc.|CN=\"Müller, Inc.\"",
                "CN=say \\\"hi\\\"|CN=\"say \\\"hi\\\"\"",
                "EMAILADDRESS=a@b.test,CN=x|CN=x, emailAddress=a@b.test",
                "CN=x\\0Aroot logged in\\1B[2J|CN=x\\0Aroot logged in\\1B[2J" // and no line of its own
            })
    void subjectStandsInTheOrderOfTheCertificate(String rfc2253, String text) {
        assertThat(DistinguishedName.of(new X500Principal(rfc2253))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "unknown_ca,tlsv1 alert unknown ca,unknown CA",
        "bad_certificate,sslv3 alert bad certificate,bad certificate",
        "handshake_failure,sslv3 alert handshake failure,handshake failure",
        "protocol_version,tlsv1 alert protocol version,protocol version",
        "internal_error,tlsv1 alert internal error,internal error",
        "certificate_required,tlsv13 alert certificate required,unknown",
        "unrecognized_name,tlsv1 unrecognized name,unrecognized name"
    })
    void alertsAreSpeltAsOpenSslDoes(String alert, String error, String event) {
        assertThat(AlertNames.error(alert)).isEqualTo(error);
        assertThat(AlertNames.event(alert)).isEqualTo(event);
    }

    @Test
    void uniqueIdIsOfLettersAndDigitsAndNeverTheSame() {
        Random random = new Random(1);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String id = ConnectionId.UNIQUE.of(i, random);
            assertThat(id).matches("[0-9A-Za-z]{22}");
            ids.add(id);
        }
        assertThat(ids).hasSize(1_000);
    }

    @Test
    void otherIdsAreNumbers() {
        Random random = new Random(1);
        assertThat(ConnectionId.SEQUENTIAL.of(7, random)).isEqualTo("7");
        assertThat(ConnectionId.THREAD.of(7, random))
                .isEqualTo(Long.toString(Thread.currentThread().getId()));
        assertThat(ConnectionId.PROCESS.of(7, random))
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
    }
}

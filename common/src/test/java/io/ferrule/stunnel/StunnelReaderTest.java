package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.stunnel.StunnelConfig.Foreground;
import io.ferrule.stunnel.StunnelService.LogId;
import io.ferrule.stunnel.StunnelService.PeerCheck;
import io.ferrule.stunnel.StunnelService.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A configuration comes out as it was meant, and its reading is logged as stunnel logs it. */
class StunnelReaderTest {
    @TempDir
    private Path dir;

    @Test
    void goodFileIsLoggedAsStunnelDoes() {
        Path file = Reading.write(dir.resolve("a.conf"), "[s]\nclient = yes\naccept = 127.0.0.1:1\nconnect = 2\n");
        assertThat(Reading.file(file).lines())
                .containsExactly(
                        "6[ui]: Initializing inetd mode configuration",
                        "5[ui]: Reading configuration from file " + file,
                        "5[ui]: UTF-8 byte order mark not detected",
                        "5[ui]: FIPS mode disabled",
                        "6[ui]: Compression disabled",
                        "7[ui]: No PRNG seeding was required",
                        "6[ui]: Initializing service [s]",
                        "6[ui]: OpenSSL security level is used: 2",
                        "7[ui]: Ciphers: HIGH:!aNULL:!SSLv2:!DH:!kDHEPSK",
                        "7[ui]: TLSv1.3 ciphersuites: TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256",
                        "6[ui]: Session resumption enabled",
                        "7[ui]: No certificate or private key specified",
                        "6[ui]: No trusted certificates found",
                        "4[ui]: Service [s] needs authentication to prevent MITM attacks",
                        "6[ui]: DH initialization skipped: client section",
                        "7[ui]: ECDH initialization",
                        "7[ui]: ECDH initialized with curves X25519:P-256:X448:P-521:P-384",
                        "5[ui]: Configuration successful");
    }

    @Test
    void fileIsCalledByItsRealPath() throws Exception {
        Path file = Reading.write(dir.resolve("a.conf"), "[s]\nclient=yes\naccept=1\nconnect=2\n");
        Path link = Files.createSymbolicLink(dir.resolve("link.conf"), file);
        assertThat(Reading.file(link).config().source())
                .isEqualTo(file.toRealPath().toString());
    }

    @Test
    void keyThatOthersMayReadIsWarnedOf() throws Exception {
        Path cert = Reading.write(dir.resolve("cert.pem"), "");
        Path key = Reading.write(dir.resolve("key.pem"), "");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        String text = "[s]\ncert = " + cert + "\nkey = " + key + "\naccept = 1\nconnect = 2\n";
        assertThat(Reading.of(text).lines()).contains("4[ui]: Insecure file permissions on " + key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(Reading.of(text).lines()).noneMatch(line -> line.contains("Insecure"));
    }

    @Test
    void globalsAreRead() {
        StunnelConfig.Globals globals = Reading.of(
                        """
                        foreground = quiet
                        debug = local3.INFO
                        output = /var/log/tls.log
                        log = overwrite
                        syslog = no
                        pid = /run/tls.pid
                        service = redis-tls
                        setuid = redis
                        setgid = 42
                        chroot = /jail
                        RNDfile = /dev/random
                        [s]
                        client = yes
                        accept = 1
                        connect = 2
                        """)
                .config()
                .globals();
        StunnelConfig.Logging logging = globals.logging();
        assertThat(logging.foreground()).isEqualTo(Foreground.QUIET);
        assertThat(logging.level()).isEqualTo(6);
        assertThat(logging.facility()).isEqualTo("local3");
        assertThat(logging.output()).hasToString("/var/log/tls.log");
        assertThat(logging.append()).isFalse();
        assertThat(logging.syslog()).isFalse();
        assertThat(logging.ident()).isEqualTo("redis-tls");
        assertThat(globals.process().pid()).hasToString("/run/tls.pid");
        assertThat(globals.process().chroot()).isEqualTo("/jail");
        assertThat(globals.process().owner()).isEqualTo(new StunnelService.Owner(999, "redis", 42, "42"));
        assertThat(globals.given()).hasSize(11);
    }

    @Test
    void standardsAreStunnels() {
        StunnelConfig config = Reading.client().config();
        StunnelService service = Reading.client().service();
        assertThat(config.globals().logging().foreground()).isEqualTo(Foreground.NO);
        assertThat(config.globals().logging().level()).isEqualTo(5);
        assertThat(config.globals().logging().facility()).isEqualTo("daemon");
        assertThat(config.globals().logging().syslog()).isTrue();
        assertThat(config.globals().logging().ident()).isEqualTo("stunnel");
        assertThat(config.globals().process().pid()).isNull();
        assertThat(service.waits().busy()).hasSeconds(300);
        assertThat(service.waits().close()).hasSeconds(60);
        assertThat(service.waits().connect()).hasSeconds(10);
        assertThat(service.waits().idle()).hasHours(12);
        assertThat(service.resumption().lifetime()).hasMinutes(5);
        assertThat(service.resumption().enabled()).isTrue();
        assertThat(service.logging()).isEqualTo(new StunnelService.Logging(5, LogId.SEQUENTIAL));
        assertThat(service.conduct().reset()).isTrue();
        assertThat(service.dialing().roundRobin()).isFalse();
        assertThat(service.tls().ciphers()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "verify = 0|true,false,false,false",
                "verify = 1|true,false,true,false",
                "verify = 2|true,true,true,false",
                "verify = 3|true,true,true,true",
                "verify = 4|true,true,false,true",
                "verifyChain = yes|true,true,true,false",
                "verifyPeer = yes|true,true,false,true",
                "requireCert = yes|true,true,false,false",
                "verify = 2;verifyChain = no|true,true,false,false",
                "verifyChain = yes;requireCert = no|true,false,true,false",
                "requireCert = no;verifyChain = yes|true,true,true,false",
                "requireCert = yes;verify = 1|true,false,true,false"
            })
    void laterLinesChangeWhatEarlierOnesSet(String lines, String flags) {
        PeerCheck peer = Reading.client(("CAfile = /dev/null;" + lines).split(";"))
                .service()
                .peer();
        assertThat(List.of(peer.request(), peer.require(), peer.chain(), peer.stored())
                        .toString()
                        .replaceAll("[\\[\\] ]", ""))
                .isEqualTo(flags);
    }

    @Test
    void clientThatVerifiesNoNameIsWarnedOf() {
        assertThat(Reading.client("verifyChain = yes", "CAfile = /dev/null").lines())
                .contains(
                        "4[ui]: Service [s] uses \"verifyChain\" without subject checks",
                        "4[ui]: Use \"checkHost\" or \"checkIP\" to restrict trusted certificates");
        assertThat(Reading.client("verifyChain = yes", "CAfile = /dev/null", "checkHost = a")
                        .lines())
                .noneMatch(line -> line.startsWith("4"));
        assertThat(Reading.client("verifyPeer = yes", "CAfile = /dev/null").lines())
                .noneMatch(line -> line.startsWith("4"));
    }

    @Test
    void levelOfTheProcessIsThatOfItsSections() {
        StunnelConfig config = Reading.of(
                        "debug = 7\nclient=yes\nconnect=9\n[a]\naccept=1\n[b]\naccept=2\ndebug = err\n")
                .config();
        assertThat(config.globals().logging().level()).isEqualTo(7);
        assertThat(config.services()).extracting(s -> s.logging().level()).containsExactly(7, 3);
    }

    @Test
    void serviceLineRenamesItsSection() {
        Reading reading = Reading.client("service = other", "verifyChain = yes");
        assertThat(reading.error()).hasMessageStartingWith("Service [other]: ");
        assertThat(Reading.of("service = p\n[a]\nclient=yes\naccept=1\nconnect=2\n")
                        .service()
                        .name())
                .isEqualTo("a");
    }

    @Test
    void addressesAreReadAsStunnelDoes() {
        StunnelService service = Reading.client(
                        "accept = 443",
                        "accept = ::1:https",
                        "accept = *:99999",
                        "accept = 127.0.0.1:",
                        "accept = /run/a.sock")
                .service();
        assertThat(service.endpoints().accept())
                .containsExactly(
                        new StunnelAddress.Host("127.0.0.1:1", "127.0.0.1", 1),
                        new StunnelAddress.Port("443", 443),
                        new StunnelAddress.Host("::1:https", "::1", 443),
                        new StunnelAddress.Host("*:99999", "0.0.0.0", 34_463),
                        new StunnelAddress.Host("127.0.0.1:", "127.0.0.1", 0),
                        new StunnelAddress.Socket("/run/a.sock", Path.of("/run/a.sock")));
    }

    @Test
    void oneAddressToAcceptAtIsEnough() {
        Reading reading = Reading.client("accept = nobody.invalid:2", "accept = 127.0.0.1:nosuch");
        assertThat(reading.service().endpoints().accept()).hasSize(1);
        assertThat(reading.errors())
                .containsExactly(
                        "Error resolving \"nobody.invalid\": Neither nodename nor servname known (EAI_NONAME)",
                        "Unknown TCP service \"nosuch\"");
    }

    @Test
    void targetWithoutAddressDelaysTheLookUp() {
        Reading reading = Reading.client("connect = nobody.invalid:3", "failover = rr");
        assertThat(reading.lines())
                .containsSubsequence(
                        "3[ui]: Error resolving \"nobody.invalid\": Neither nodename nor servname known (EAI_NONAME)",
                        "6[ui]: Cannot resolve connect target - delaying DNS lookup",
                        "5[ui]: Configuration successful");
        assertThat(reading.service().dialing().delay()).isTrue();
        assertThat(reading.service().dialing().roundRobin()).isFalse();
        assertThat(reading.service().endpoints().connect()).hasSize(2);
        assertThat(Reading.client("connect = nobody.invalid:3", "delay = yes").errors())
                .isEmpty();
    }

    @Test
    void targetThatCanNeverBeReachedIsRefused() {
        assertThat(Reading.client("connect = localhost:nosuch")
                        .service()
                        .endpoints()
                        .connect())
                .hasSize(1);
        StunnelException error = Reading.of("[s]\nclient=yes\naccept=1\nconnect=localhost:nosuch\n")
                .error();
        assertThat(error).hasMessage("Service [s]: Cannot resolve connect target");
        assertThat(error.remedy()).contains("\"localhost:nosuch\"");
    }

    @Test
    void programAndItsArgumentsMayComeInAnyOrder() {
        StunnelService service = Reading.of("[s]\nclient=yes\naccept=1\nexecArgs = a  b\tc\nexec = /bin/x\n")
                .service();
        assertThat(service.endpoints().exec())
                .isEqualTo(new StunnelService.Exec(Path.of("/bin/x"), List.of("a", "b", "c"), false));
        assertThat(Reading.of("[s]\nclient=yes\naccept=1\nexec = /bin/x\n")
                        .service()
                        .endpoints()
                        .exec())
                .isEqualTo(new StunnelService.Exec(Path.of("/bin/x"), List.of("/bin/x"), false));
    }

    @Test
    void tlsIsRead() {
        StunnelService.Tls tls = Reading.client(
                        "sslVersion = TLSv1.2",
                        "sslVersionMax = all",
                        "options = no_ticket",
                        "options = -NO_SSLv3",
                        "curve = P-256")
                .service()
                .tls();
        assertThat(tls.minimum()).isEqualTo(Version.TLSV1_2);
        assertThat(tls.maximum()).isNull();
        assertThat(tls.optionsSet()).containsExactly("NO_TICKET");
        assertThat(tls.optionsCleared()).containsExactly("NO_SSLv3");
        assertThat(tls.curves()).isEqualTo("P-256");
    }

    @Test
    void serverNameIsSentAsGiven() {
        assertThat(Reading.client().service().dialing().serverName()).isNull();
        assertThat(Reading.client("sni =").service().dialing().serverName()).isEmpty();
        assertThat(Reading.client("sni = a.example").service().dialing().serverName())
                .isEqualTo("a.example");
    }

    @Test
    void preSharedKeysAreCountedAndTold() {
        Path secrets = Reading.write(
                dir.resolve("psk"), "a:00112233445566778899aabbccddeeff\n\nb:a sentence that is long enough\n");
        Reading reading = Reading.of("PSKsecrets = " + secrets + "\n[s]\naccept = 1\nconnect = 2\n");
        assertThat(reading.service().psk().keys()).hasSize(2);
        assertThat(reading.lines())
                .containsOnlyOnce(
                        "6[ui]: PSKsecrets line 1: 16-byte hexadecimal key configured for identity \"a\"",
                        "6[ui]: PSKsecrets line 3: 30-byte ASCII key configured for identity \"b\"",
                        "6[ui]: PSK identities: 2 retrieved");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no colon here|PSKsecrets line 1: Not in identity:key format",
                "a:short|PSKsecrets line 1: Key shorter than 16 bytes",
                "a:0011223344556677|PSKsecrets line 1: Key shorter than 16 bytes"
            })
    void badPreSharedKeyIsToldWithItsLine(String line, String reason) {
        Path secrets = Reading.write(dir.resolve("psk"), line + "\n");
        Reading reading = Reading.client("PSKsecrets = " + secrets);
        assertThat(reading.errors())
                .containsExactly(
                        reason,
                        "t.conf:5: \"PSKsecrets = " + secrets + "\": Failed to read PSK secrets",
                        "Configuration failed");
    }

    @Test
    void linesOfASectionAreKeptWithTheirPlace() {
        StunnelConfig config =
                Reading.of("client = yes\n[s]\naccept = 1\n; x\nCONNECT = 2\n").config();
        assertThat(config.given()).extracting(Given::place).containsExactly("t.conf:1");
        assertThat(config.services().get(0).given())
                .extracting(Given::toString)
                .containsExactly("t.conf:3: accept", "t.conf:5: CONNECT");
    }
}

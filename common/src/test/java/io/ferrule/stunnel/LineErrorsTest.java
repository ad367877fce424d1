package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value that stunnel does not take is refused with stunnel's reason. */
class LineErrorsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "foreground = 1|The argument needs to be either 'yes', 'quiet' or 'no'",
                "log = truncate|The argument needs to be either 'append' or 'overwrite'",
                "fips = 1|The argument needs to be either 'yes' or 'no'",
                "RNDbytes = x|Illegal number of bytes to read from random seed files",
                "RNDoverwrite = true|The argument needs to be either 'yes' or 'no'",
                "compression = rle|Specified compression type is not available",
                "engine = capi|Failed to open the engine",
                "engineCtrl = VERBOSE|No engine was defined",
                "syslog = off|The argument needs to be either 'yes' or 'no'",
                "debug = 8|Illegal debug level",
                "debug = 07|Illegal debug level",
                "debug = warn|Illegal debug level",
                "debug = daemon.|Illegal debug level",
                "debug = .7|Illegal syslog facility",
                "debug = demon.7|Illegal syslog facility",
                "taskbar = yes|Specified option name is not valid here",
                "noequals|No '=' found"
            })
    void lineBeforeTheFirstSection(String line, String reason) {
        assertThat(Reading.of("\n" + line + "\n").error()).hasMessage("t.conf:2: \"" + line + "\": " + reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "client = maybe|The argument needs to be either 'yes' or 'no'",
                "delay = 1|The argument needs to be either 'yes' or 'no'",
                "debug = daemon.info|Illegal debug level",
                "engineId = x|Engine ID not found",
                "engineNum = 1|Illegal engine number",
                "failover = first|The argument needs to be either 'rr' or 'prio'",
                "local = 127.0.0.1:5|Failed to resolve local address",
                "logId = none|Invalid connection identifier type",
                "OCSPflag = NONE|Illegal OCSP flag",
                "options = NO_TLSv1.1|Illegal TLS option",
                "options = 0x01|Illegal TLS option",
                "PSKsecrets = /nonexistent|Failed to read PSK secrets",
                "retry = often|The argument needs to be either 'yes' or 'no'",
                "securityLevel = 6|Illegal security level",
                "sessionCacheSize = many|Illegal session cache size",
                "session = 0x10|Illegal session cache timeout",
                "sessiond = nobody.invalid:1|Failed to resolve sessiond server address",
                "setuid = nobodyatall|Illegal UID",
                "setgid = |Illegal GID",
                "socket = TCP_NODELAY=1|Illegal socket option",
                "socket = l:tcp_nodelay=1|Illegal socket option",
                "socket = l:TCP_NODELAY=2|Illegal socket option",
                "socket = x:TCP_NODELAY=1|Illegal socket option",
                "sslVersion = SSLv2|Invalid protocol version",
                "sslVersionMin = TLSv1.4|Invalid protocol version",
                "stack = big|Illegal thread stack size",
                "ticketKeySecret = xyz|Failed to read ticketKeySecret",
                "ticketMacSecret = 00|Failed to read ticketMacSecret",
                "TIMEOUTbusy = 1x|Illegal busy timeout",
                "TIMEOUTclose = |Illegal close timeout",
                "TIMEOUTconnect = 0x1|Illegal connect timeout",
                "TIMEOUTidle = -|Illegal idle timeout",
                "transparent = maybe|Selected transparent proxy mode is not available",
                "verify = 5|Bad verify level",
                "verify = yes|Bad verify level",
                "verifyChain = 2|The argument needs to be either 'yes' or 'no'",
                "include = /nonexistent|Failed to include directory"
            })
    void lineOfASection(String line, String reason) {
        assertThat(Reading.client(line).error()).hasMessage("t.conf:5: \"" + line + "\": " + reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TIMEOUTidle = -5",
                "TIMEOUTidle = +5",
                "TIMEOUTidle = 99999999999999999999",
                "session = 1",
                "curve = P-256",
                "sslVersion = tlsv1.2",
                "options = -no_sslv3",
                "options = NO_TLSv1_1",
                "socket = a:SO_LINGER=1:60",
                "socket = l:SO_RCVBUF=",
                "socket = r:SO_KEEPALIVE=YES",
                "socket = a:SO_BINDTODEVICE=lo",
                "ident =",
                "setuid = redis",
                "setgid = 33",
                "ticketKeySecret = 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
                "OCSPflag = notime",
                "verify = 0"
            })
    void oddValueIsTakenWhereStunnelTakesIt(String line) {
        assertThat(Reading.client(line).lines()).endsWith("5[ui]: Configuration successful");
    }

    @Test
    void linesBeforeAnErrorSayWhy() {
        assertThat(Reading.client("local = nobody.invalid").errors())
                .containsExactly(
                        "Error resolving \"nobody.invalid\": Neither nodename nor servname known (EAI_NONAME)",
                        "t.conf:5: \"local = nobody.invalid\": Failed to resolve local address",
                        "Configuration failed");
        assertThat(Reading.client("ticketKeySecret = 00").errors())
                .startsWith("ticketKeySecret value has 1 bytes instead of required 16 or 32 bytes");
        assertThat(Reading.client("include = /nonexistent").errors())
                .startsWith("scandir: No such file or directory (2)");
    }
}

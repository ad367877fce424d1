package io.ferrule.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaintextAlertTest {
    @ParameterizedTest
    @CsvSource({
        "15030300020230, TLSV1_ALERT_UNKNOWN_CA",
        "140303000101 15030300020230, TLSV1_ALERT_UNKNOWN_CA",
        "1503030002022a, TLSV1_ALERT_BAD_CERTIFICATE"
    })
    void alertIsToldInsteadOfTheRecordThatItIsNot(String sent, String told) {
        assertThat(instead("BAD_PACKET_LENGTH", sent)).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "15",
                "1503030002",
                "150303000202", // cut
                "15030300020130", // a warning
                "150303000202fe", // nobody knows it
                "15030300030230ff", // too long
                "17030300020230", // data
                "1403030001",
                "14030300ff01"
            })
    void everythingElseIsLeftToTheEngine(String sent) {
        assertThat(instead("BAD_PACKET_LENGTH", sent)).isEqualTo("BAD_PACKET_LENGTH");
    }

    @Test
    void alertThatTheEngineHasReadCounts() {
        assertThat(instead("SSLV3_ALERT_HANDSHAKE_FAILURE", "15030300020230"))
                .isEqualTo("SSLV3_ALERT_HANDSHAKE_FAILURE");
    }

    private static String instead(String error, String hex) {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {22}, ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
        return PlaintextAlert.instead(error, in, 1);
    }
}

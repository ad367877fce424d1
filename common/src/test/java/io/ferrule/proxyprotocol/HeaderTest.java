package io.ferrule.proxyprotocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ferrule.config.SendProxy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers as they are written and read, and what is not taken for one. */
class HeaderTest {
    private static final String V2 = "0d0a0d0a000d0a515549540a";
    private static final ProxyHeader V4 = header("192.0.2.1", 56324, "192.0.2.2", 443);
    private static final ProxyHeader V6 = header("2001:db8::1", 65535, "2001:db8::2", 0);
    private static final ProxyHeader UNIX =
            new ProxyHeader(new DomainSocketAddress("/run/a"), new DomainSocketAddress("/run/b"));

    private static ProxyHeader header(String source, int sourcePort, String destination, int destinationPort) {
        return new ProxyHeader(
                new InetSocketAddress(source, sourcePort), new InetSocketAddress(destination, destinationPort));
    }

    private static byte[] sent(SendProxy version, ProxyHeader header) {
        return OutgoingHeader.of(version, header, null, null);
    }

    private static @Nullable ProxyHeader read(byte[] bytes) throws BadHeader {
        return HeaderReader.read(Unpooled.wrappedBuffer(bytes));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    static Stream<ProxyHeader> headersOfIp() {
        return Stream.of(V4, V6, header("0.0.0.0", 0, "255.255.255.255", 65535), header("::", 1, "::1", 2));
    }

    // ---- written

    @Test
    void lineIsThatOfTheSpecification() {
        assertThat(sent(SendProxy.V1, V4))
                .asString(ISO_8859_1)
                .isEqualTo("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n");
        assertThat(sent(SendProxy.V1, V6))
                .asString(ISO_8859_1)
                .isEqualTo("PROXY TCP6 2001:db8::1 2001:db8::2 65535 0\r\n");
    }

    @Test
    void binaryHeaderIsThatOfTheSpecificationWithAChecksum() {
        byte[] header = sent(SendProxy.V2, V4);
        assertThat(HexFormat.of().formatHex(header))
                .startsWith(V2 + "21" + "11" + "0013" + "c0000201" + "c0000202" + "dc04" + "01bb" + "030004")
                .hasSize(2 * 35);
    }

    @Test
    void longestLineThereCanBeIsTaken() throws Exception {
        String longest = "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535";
        String padded = longest + "x".repeat(HeaderV1.MOST_BYTES - 2 - longest.length()) + "\r\n";
        assertThat(padded).hasSize(107);
        assertThat(read(bytes(padded))).isEqualTo(ProxyHeader.NOTHING);
    }

    @Test
    void addressOfADualStackListenerIsToldAsTheIpv4AddressItIs() throws Exception {
        byte[] mapped = hex("00000000000000000000ffffc0000201");
        SocketAddress source = new InetSocketAddress(java.net.Inet6Address.getByAddress(null, mapped, -1), 56324);
        ProxyHeader header = new ProxyHeader(source, new InetSocketAddress("192.0.2.2", 443));
        assertThat(read(sent(SendProxy.V1, header))).isEqualTo(V4);
        assertThat(read(sent(SendProxy.V2, header))).isEqualTo(V4);
    }

    @Test
    void twoFamiliesAreToldAsOne() {
        ProxyHeader mixed = header("192.0.2.1", 1, "2001:db8::2", 2);
        assertThat(sent(SendProxy.V1, mixed))
                .asString(ISO_8859_1)
                .isEqualTo("PROXY TCP6 ::ffff:c000:201 2001:db8::2 1 2\r\n");
    }

    @ParameterizedTest
    @EnumSource(value = SendProxy.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void whatIsNoIpAddressIsToldAsUnknown(SendProxy version) throws Exception {
        assertThat(read(sent(version, UNIX))).isEqualTo(ProxyHeader.NOTHING);
        assertThat(read(sent(version, ProxyHeader.NOTHING))).isEqualTo(ProxyHeader.NOTHING);
        assertThat(read(OutgoingHeader.ofOurselves(version))).isEqualTo(ProxyHeader.NOTHING);
    }

    @ParameterizedTest
    @MethodSource("headersOfIp")
    void whatIsWrittenReadsBackTheSame(ProxyHeader header) throws Exception {
        for (SendProxy version : new SendProxy[] {SendProxy.V1, SendProxy.V2, SendProxy.V2_TLS}) {
            assertThat(read(sent(version, header))).isEqualTo(header);
        }
    }

    // ---- read

    @ParameterizedTest
    @EnumSource(value = SendProxy.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void headerIsTakenWithItsLastByteAndNotAByteMore(SendProxy version) throws Exception {
        byte[] header = sent(version, V6);
        for (int length = 0; length < header.length; length++) {
            ByteBuf part = Unpooled.wrappedBuffer(Arrays.copyOf(header, length));
            assertThat(HeaderReader.read(part)).isNull();
            assertThat(part.readableBytes()).isEqualTo(length);
        }
        ByteBuf more = Unpooled.wrappedBuffer(header, bytes("rest"));
        assertThat(HeaderReader.read(more)).isEqualTo(V6);
        assertThat(more.toString(ISO_8859_1)).isEqualTo("rest");
    }

    @Test
    void unixSocketsAreKnownByTheirPaths() throws Exception {
        String paths = "2f72756e2f61" + "00".repeat(102) + "2f72756e2f62" + "00".repeat(102);
        assertThat(read(hex(V2 + "21 31 00d8" + paths))).isEqualTo(UNIX);
        assertThat(read(hex(V2 + "21 31 00d8" + "00".repeat(216)))).isEqualTo(ProxyHeader.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20 00 0000", // LOCAL
                "20 11 000c c0000201 c0000202 dc04 01bb", // LOCAL says nothing, whatever it says
                "20 ff 0003 ffffff",
                "21 00 0000", // of no family
                "21 00 0005 0102030405"
            })
    void headerThatNamesNobodyIsTheSendersOwn(String rest) throws Exception {
        assertThat(read(hex(V2 + rest))).isEqualTo(ProxyHeader.NOTHING);
    }

    @Test
    void unknownTlvsAreSkipped() throws Exception {
        String tlvs = "e0 0002 0102" + "04 0000" + "05 0001 61";
        assertThat(read(hex(V2 + "21 11 0018 c0000201 c0000202 dc04 01bb" + tlvs)))
                .isEqualTo(V4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "P\r\n",
                "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n",
                "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n",
                "PROXY TCP4 ::1 ::1 1 2\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP6 ::1%lo ::1 1 2\r\n",
                "PROXY TCP6 [::1] ::1 1 2\r\n",
                "PROXY TCP6 1::2::3 ::1 1 2\r\n",
                "PROXY TCP5 ::1 ::1 1 2\r\n",
                "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY \r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
                "PROXY TCP4 192.0.2.1\r192.0.2.2 1 2\r\n",
                "PROXY TCP4 localhost localhost 1 2\r\n",
                "PROXY TCP4 \u0661.0.0.1 192.0.2.2 1 2\r\n"
            })
    void otherLinesAreRefused(String line) {
        assertThatThrownBy(() -> read(bytes(line))).isInstanceOf(BadHeader.class);
    }

    @Test
    void lineThatDoesNotEndIsRefusedAtItsLongest() throws Exception {
        byte[] line = bytes("PROXY UNKNOWN " + "x".repeat(200));
        assertThat(read(Arrays.copyOf(line, 106))).isNull();
        assertThatThrownBy(() -> read(Arrays.copyOf(line, 107))).hasMessage("its line does not end within 107 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "11 11 0000, version and command are 0x11",
        "22 11 0000, version and command are 0x22",
        "21 12 000c c0000201c0000202dc0401bb, family is 0x12",
        "21 11 000b c0000201c0000202dc0401, shorter than what it holds",
        "21 21 000c c0000201c0000202dc0401bb, shorter than what it holds",
        "21 31 0004 61626364, shorter than what it holds",
        "21 11 0f f1, 'it has 4097 bytes, and 4096 are taken'",
        "21 11 ffff, it has 65551 bytes",
        "21 11 000e c0000201c0000202dc0401bb 0100, shorter than what it holds",
        "21 11 0010 c0000201c0000202dc0401bb 01000200, shorter than what it holds",
        "21 11 0013 c0000201c0000202dc0401bb 03000400000000, its checksum (CRC32C) is wrong",
        "21 11 0010 c0000201c0000202dc0401bb 03000100, more than one checksum",
        "21 11 001a c0000201c0000202dc0401bb 03000400000000 03000400000000, more than one checksum",
    })
    void otherBinaryHeadersAreRefused(String rest, String why) {
        assertThatThrownBy(() -> read(hex(V2 + rest)))
                .isInstanceOf(BadHeader.class)
                .hasMessageContaining(why);
    }

    /** A flipped bit is found by the checksum, or it is no header any more, or it says nothing that is believed. */
    @Test
    void noFlippedBitMakesAnotherAddress() {
        byte[] header = sent(SendProxy.V2, V4);
        for (int bit = 0; bit < header.length * 8; bit++) {
            byte[] flipped = header.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(outcome(flipped)).isIn("refused", "nothing", "more", V4.toString());
        }
    }

    private static String outcome(byte[] bytes) {
        try {
            ProxyHeader header = read(bytes);
            return header == null ? "more" : header.equals(ProxyHeader.NOTHING) ? "nothing" : header.toString();
        } catch (BadHeader refused) {
            return "refused";
        }
    }

    @Test
    void mangledHeadersAreReadOrRefusedAndNothingElse() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] header = sent(random.nextBoolean() ? SendProxy.V1 : SendProxy.V2, random.nextBoolean() ? V4 : V6);
            for (int n = random.nextInt(4); n >= 0; n--) {
                header[random.nextInt(header.length)] = (byte) random.nextInt(256);
            }
            outcome(Arrays.copyOf(header, random.nextInt(header.length + 1)));
        }
    }
}

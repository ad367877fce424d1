package io.ferrule.proxyprotocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Version 1: one line of US-ASCII (proxy-protocol.txt §2.1). */
final class HeaderV1 {
    /** The longest line there can be, with its CRLF. */
    static final int MOST_BYTES = 107;

    /** How each begins. */
    static final byte[] BEGIN = "PROXY ".getBytes(US_ASCII);

    private static final String UNKNOWN = "PROXY UNKNOWN";

    private HeaderV1() {}

    /** The line; addresses that are not both IP, or of no port, are told as unknown. */
    static byte[] write(ProxyHeader header) {
        Pair pair = Pair.of(header);
        if (pair == null) {
            return (UNKNOWN + "\r\n").getBytes(US_ASCII);
        }
        String line = "PROXY " + (pair.isV4() ? "TCP4 " : "TCP6 ") + NetUtil.bytesToIpAddress(pair.source()) + ' '
                + NetUtil.bytesToIpAddress(pair.destination()) + ' ' + pair.sourcePort() + ' ' + pair.destinationPort();
        return (line + "\r\n").getBytes(US_ASCII);
    }

    /**
     * Reads a line.
     *
     * @param line without its CRLF; bytes beyond ASCII are other characters
     */
    static ProxyHeader read(String line) throws BadHeader {
        if (line.equals(UNKNOWN) || line.startsWith(UNKNOWN + ' ')) { // the rest means nothing
            return ProxyHeader.NOTHING;
        }
        String[] words = line.split(" ", -1);
        boolean v4 = words.length == 6 && words[1].equals("TCP4");
        if (!v4 && !(words.length == 6 && words[1].equals("TCP6"))) {
            throw new BadHeader(
                    "its line is not \"PROXY TCP4|TCP6 SOURCE DESTINATION PORT PORT\" or \"PROXY UNKNOWN\"");
        }
        return new ProxyHeader(address(words[2], words[4], v4), address(words[3], words[5], v4));
    }

    private static InetSocketAddress address(String ip, String port, boolean v4) throws BadHeader {
        byte @Nullable [] bytes = v4 ? v4(ip) : v6(ip);
        if (bytes == null) {
            throw new BadHeader("its line has no IPv" + (v4 ? 4 : 6) + " address where one belongs");
        }
        if (!port.matches("0|[1-9]\\d{0,4}") || Integer.parseInt(port) > 65_535) {
            throw new BadHeader("its line has no port where one belongs");
        }
        return new InetSocketAddress(inet(bytes), Integer.parseInt(port));
    }

    private static byte @Nullable [] v4(String ip) {
        String number = "(0|[1-9]\\d{0,2})";
        return ip.matches(number + "(\\." + number + "){3}") ? NetUtil.createByteArrayFromIpAddressString(ip) : null;
    }

    private static byte @Nullable [] v6(String ip) {
        return ip.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*") ? NetUtil.createByteArrayFromIpAddressString(ip) : null;
    }

    /** Of 4 or 16 bytes. */
    static InetAddress inet(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("it has the length of an address", e);
        }
    }
}

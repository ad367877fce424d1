package io.ferrule.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;

/** One IP address, or all that share its first bits. */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode look into it
public record Network(byte[] address, int bits) {
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    /**
     * Reads {@code 10.1.2.3} or {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw notANetwork(text);
        }
        int all = address.length * 8;
        String bits = slash < 0 ? String.valueOf(all) : text.substring(slash + 1);
        if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > all) {
            throw notANetwork(text);
        }
        return new Network(address, Integer.parseInt(bits));
    }

    /** Whether the address, 4 or 16 bytes, is one of these. */
    public boolean contains(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the address is one of these, also as a listener for both families shows one of IPv4 (RFC 4291 §2.5.5.2). */
    public boolean contains(InetAddress other) {
        byte[] bytes = other.getAddress();
        boolean mapped =
                bytes.length == 16 && Arrays.equals(bytes, 0, 12, MAPPED, 0, MAPPED.length) && address.length == 4;
        return contains(mapped ? Arrays.copyOfRange(bytes, 12, 16) : bytes);
    }

    private static IllegalArgumentException notANetwork(String text) {
        return new IllegalArgumentException(
                "\"ip:" + text + "\" is neither an IP address nor a network such as ip:10.0.0.0/8");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network network && bits == network.bits && Arrays.equals(address, network.address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + bits;
    }

    /** As it is read. */
    @Override
    public String toString() {
        String ip = NetUtil.bytesToIpAddress(address);
        return bits == address.length * 8 ? ip : ip + "/" + bits;
    }
}

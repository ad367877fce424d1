package io.ferrule.admission;

import io.netty.util.NetUtil;

/** One IP address, or all that share its first bits. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Network(byte[] address, int bits) {
    /**
     * Reads {@code 10.1.2.3} or {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    static Network parse(String text) {
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

    boolean contains(byte[] other) {
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

    private static IllegalArgumentException notANetwork(String text) {
        return new IllegalArgumentException(
                "\"ip:" + text + "\" is neither an IP address nor a network such as ip:10.0.0.0/8");
    }
}

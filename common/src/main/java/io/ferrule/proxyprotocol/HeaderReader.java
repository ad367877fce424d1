package io.ferrule.proxyprotocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes a header, of either version, off the front of what a peer sends. What cannot become one is refused with its first wrong byte.
 */
final class HeaderReader {
    private HeaderReader() {}

    /** The longest that has to be held. */
    static final int MOST_BYTES = HeaderV2.MOST_BYTES;

    /**
     * Takes the header if it is there as a whole, and not a byte behind it.
     *
     * @param in stays the caller's
     * @return null as long as more is needed; then nothing is taken
     */
    static @Nullable ProxyHeader read(ByteBuf in) throws BadHeader {
        if (begins(in, HeaderV2.BEGIN)) {
            return readV2(in);
        }
        if (begins(in, HeaderV1.BEGIN)) {
            return readV1(in);
        }
        throw new BadHeader("it does not begin with a PROXY header");
    }

    private static boolean begins(ByteBuf in, byte[] with) {
        int count = Math.min(in.readableBytes(), with.length);
        for (int i = 0; i < count; i++) {
            if (in.getByte(in.readerIndex() + i) != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable ProxyHeader readV1(ByteBuf in) throws BadHeader {
        int count = Math.min(in.readableBytes(), HeaderV1.MOST_BYTES);
        int feed = in.indexOf(in.readerIndex(), in.readerIndex() + count, (byte) '\n');
        if (feed < 0) {
            if (count == HeaderV1.MOST_BYTES) {
                throw new BadHeader("its line does not end within " + HeaderV1.MOST_BYTES + " bytes");
            }
            return null;
        }
        String line = in.toString(in.readerIndex(), feed + 1 - in.readerIndex(), ISO_8859_1);
        if (!line.endsWith("\r\n") || line.indexOf('\r') != line.length() - 2) {
            throw new BadHeader("its line does not end with CR and LF");
        }
        ProxyHeader header = HeaderV1.read(line.substring(0, line.length() - 2));
        in.skipBytes(line.length());
        return header;
    }

    private static @Nullable ProxyHeader readV2(ByteBuf in) throws BadHeader {
        if (in.readableBytes() < HeaderV2.FIXED_BYTES) {
            return null;
        }
        byte[] fixed = new byte[HeaderV2.FIXED_BYTES];
        in.getBytes(in.readerIndex(), fixed);
        int length = HeaderV2.length(fixed);
        if (in.readableBytes() < length) {
            return null;
        }
        byte[] whole = new byte[length];
        in.getBytes(in.readerIndex(), whole);
        ProxyHeader header = HeaderV2.read(whole);
        in.skipBytes(length); // one that is broken stays, for whoever tells how it begins
        return header;
    }
}

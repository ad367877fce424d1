package io.ferrule.proxyprotocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Version 2: binary (proxy-protocol.txt §2.2). Big-endian, as all of it is. */
final class HeaderV2 {
    /** How each begins. */
    static final byte[] BEGIN = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

    /** What says how long the rest is. */
    static final int FIXED_BYTES = 16;

    /** The longest header that is taken, as nginx has it; the format could do with 65551. */
    static final int MOST_BYTES = 4096;

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private static final int UNIX_STREAM = 0x31;
    private static final int UNIX_BYTES = 108;

    private HeaderV2() {}

    /**
     * The header, with a checksum.
     *
     * @param tlvs what is told besides; together not longer than fits
     */
    static byte[] write(ProxyHeader header, List<Tlv> tlvs) {
        Pair pair = Pair.of(header);
        int addressBytes = pair == null ? 0 : 2 * pair.source().length + 4;
        int more = tlvs.stream().mapToInt(Tlv::bytes).sum();
        int length = addressBytes + more + Tlv.HEAD_BYTES + Tlv.CRC32C_BYTES;
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + length);
        out.put(BEGIN).put((byte) PROXY);
        out.put((byte) (pair == null ? UNSPECIFIED : pair.isV4() ? TCP4 : TCP6));
        out.putShort((short) length);
        if (pair != null) {
            out.put(pair.source()).put(pair.destination());
            out.putShort((short) pair.sourcePort()).putShort((short) pair.destinationPort());
        }
        tlvs.forEach(tlv -> tlv.write(out));
        new Tlv(Tlv.CRC32C, new byte[Tlv.CRC32C_BYTES]).write(out);
        out.putInt(out.position() - Tlv.CRC32C_BYTES, checksum(out.array()));
        return out.array();
    }

    /** One that tells nothing: the connection is our own. */
    static byte[] writeLocal() {
        return ByteBuffer.allocate(FIXED_BYTES).put(BEGIN).put((byte) LOCAL).array();
    }

    /** How long the whole header is, by its first {@link #FIXED_BYTES}. */
    static int length(byte[] fixed) throws BadHeader {
        int length = FIXED_BYTES + Short.toUnsignedInt(ByteBuffer.wrap(fixed).getShort(14));
        if (length > MOST_BYTES) {
            throw new BadHeader("it has " + length + " bytes, and " + MOST_BYTES + " are taken");
        }
        return length;
    }

    /** Reads a whole one. */
    static ProxyHeader read(byte[] header) throws BadHeader {
        ByteBuffer in = ByteBuffer.wrap(header);
        int command = Byte.toUnsignedInt(in.get(12));
        int family = Byte.toUnsignedInt(in.get(13));
        in.position(FIXED_BYTES);
        if (command == LOCAL) {
            return ProxyHeader.NOTHING; // and the rest is to be skipped
        }
        if (command != PROXY) {
            throw new BadHeader(
                    "its version and command are 0x%02x, neither LOCAL nor PROXY of version 2".formatted(command));
        }
        return switch (family) {
            case UNSPECIFIED -> ProxyHeader.NOTHING; // and what follows has no form
            case TCP4 -> ip(header, in, 4);
            case TCP6 -> ip(header, in, 16);
            case UNIX_STREAM -> unix(header, in);
            default -> throw new BadHeader("its family is 0x%02x, none of a stream".formatted(family));
        };
    }

    private static ProxyHeader ip(byte[] header, ByteBuffer in, int addressBytes) throws BadHeader {
        needs(in, 2 * addressBytes + 4);
        byte[] source = bytes(in, addressBytes);
        byte[] destination = bytes(in, addressBytes);
        InetSocketAddress from = new InetSocketAddress(HeaderV1.inet(source), Short.toUnsignedInt(in.getShort()));
        InetSocketAddress to = new InetSocketAddress(HeaderV1.inet(destination), Short.toUnsignedInt(in.getShort()));
        check(header, in);
        return new ProxyHeader(from, to);
    }

    private static ProxyHeader unix(byte[] header, ByteBuffer in) throws BadHeader {
        needs(in, 2 * UNIX_BYTES);
        SocketAddress from = path(bytes(in, UNIX_BYTES));
        SocketAddress to = path(bytes(in, UNIX_BYTES));
        check(header, in);
        return from == null ? ProxyHeader.NOTHING : new ProxyHeader(from, to);
    }

    /** Null for a socket without a name, which most clients have. */
    private static @Nullable SocketAddress path(byte[] field) {
        int end = 0;
        while (end < field.length && field[end] != 0) {
            end++;
        }
        return end == 0 ? null : new DomainSocketAddress(new String(field, 0, end, UTF_8));
    }

    /** That the rest are TLVs, and that a checksum among them is right; nothing else of them is used. */
    private static void check(byte[] header, ByteBuffer in) throws BadHeader {
        int sum = -1;
        while (in.hasRemaining()) {
            needs(in, Tlv.HEAD_BYTES);
            int type = Byte.toUnsignedInt(in.get());
            int length = Short.toUnsignedInt(in.getShort());
            needs(in, length);
            if (type == Tlv.CRC32C) {
                if (length != Tlv.CRC32C_BYTES || sum >= 0) {
                    throw new BadHeader("it has more than one checksum, or one of another length");
                }
                sum = in.position();
            }
            in.position(in.position() + length);
        }
        if (sum >= 0) {
            byte[] cleared = header.clone();
            Arrays.fill(cleared, sum, sum + Tlv.CRC32C_BYTES, (byte) 0);
            if (checksum(cleared) != in.getInt(sum)) {
                throw new BadHeader("its checksum (CRC32C) is wrong");
            }
        }
    }

    private static int checksum(byte[] cleared) {
        CRC32C crc = new CRC32C();
        crc.update(cleared);
        return (int) crc.getValue();
    }

    private static byte[] bytes(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private static void needs(ByteBuffer in, int bytes) throws BadHeader {
        if (in.remaining() < bytes) {
            throw new BadHeader("it is shorter than what it holds");
        }
    }
}

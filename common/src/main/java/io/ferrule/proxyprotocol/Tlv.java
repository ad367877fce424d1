package io.ferrule.proxyprotocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** A type, a length and a value (proxy-protocol.txt §2.2). */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Tlv(int type, byte[] value) {
    static final int ALPN = 0x01;
    static final int AUTHORITY = 0x02;
    static final int CRC32C = 0x03;
    static final int TLS = 0x20;
    static final int TLS_VERSION = 0x21;
    static final int TLS_COMMON_NAME = 0x22;
    static final int TLS_CIPHER = 0x23;
    static final int TLS_SIGNATURE = 0x24;
    static final int TLS_KEY = 0x25;

    static final int HEAD_BYTES = 3;
    static final int CRC32C_BYTES = 4;

    static Tlv text(int type, String text) {
        return new Tlv(type, text.getBytes(UTF_8));
    }

    int bytes() {
        return HEAD_BYTES + value.length;
    }

    void write(ByteBuffer out) {
        out.put((byte) type).putShort((short) value.length).put(value);
    }

    /** Several within one, after {@code head}. */
    static Tlv nested(int type, byte[] head, List<Tlv> inner) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head);
        for (Tlv tlv : inner) {
            ByteBuffer one = ByteBuffer.allocate(tlv.bytes());
            tlv.write(one);
            all.writeBytes(one.array());
        }
        return new Tlv(type, all.toByteArray());
    }
}

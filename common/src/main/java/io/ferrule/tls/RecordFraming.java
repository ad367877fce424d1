package io.ferrule.tls;

import io.netty.buffer.ByteBuf;

/**
 * Follows the record boundaries of an incoming TLS stream (RFC 8446 §5.1), so that the room for its plaintext is known
 * exactly, and whether it may be decrypted in place. It judges nothing: BoringSSL does.
 */
final class RecordFraming {
    private static final int HEADER_BYTES = 5;

    private int bodyMissing; // of the record begun
    private int bodyBytes; // of the record begun
    private int headerSeen; // bytes of a header cut by the end of an input
    private int lengthHigh; // the first byte of its length field
    private int records;
    private int recordBytes;

    /** True if the stream stands between two records. */
    boolean atBoundary() {
        return bodyMissing == 0 && headerSeen == 0;
    }

    /** Records that the last input completed. */
    int completed() {
        return records;
    }

    /** An upper bound of the plaintext of the records that the last input completed. */
    int plaintextBound() {
        return recordBytes;
    }

    /** Takes note of bytes of {@code in} without consuming them. */
    void advance(ByteBuf in, int from, int end) {
        records = 0;
        recordBytes = 0;
        int at = from;
        while (at < end) {
            if (bodyMissing > 0) {
                int here = Math.min(bodyMissing, end - at);
                bodyMissing -= here;
                at += here;
                if (bodyMissing == 0) {
                    records++;
                    recordBytes += bodyBytes;
                }
            } else if (headerSeen == 0 && end - at >= HEADER_BYTES) {
                begin(in.getUnsignedShort(at + 3));
                at += HEADER_BYTES;
            } else {
                headerByte(in.getUnsignedByte(at++));
            }
        }
    }

    private void headerByte(int value) {
        if (headerSeen == 3) {
            lengthHigh = value;
        }
        if (++headerSeen == HEADER_BYTES) {
            headerSeen = 0;
            begin(lengthHigh << 8 | value);
        }
    }

    private void begin(int body) {
        bodyBytes = body;
        bodyMissing = body;
        if (body == 0) {
            records++; // BoringSSL will refuse it; without this it would not be asked
        }
    }
}

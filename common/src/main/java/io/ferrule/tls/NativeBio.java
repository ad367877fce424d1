package io.ferrule.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.internal.tcnative.SSL;
import java.util.Arrays;

/** How PEM text gets into BoringSSL: through a {@code BIO} that lives as long as it is read. Any thread. */
final class NativeBio {
    private NativeBio() {}

    /** Reads from a BIO. */
    interface Reader<T> {
        T read(long bio) throws Exception;
    }

    /** Wipes {@code pem} when done, since it may be a private key. */
    static <T> T with(byte[] pem, Reader<T> reader) throws Exception {
        ByteBuf direct = Unpooled.directBuffer(pem.length).writeBytes(pem);
        long bio = SSL.newMemBIO();
        try {
            SSL.bioWrite(bio, direct.memoryAddress(), pem.length);
            return reader.read(bio);
        } finally {
            SSL.freeBIO(bio);
            direct.setZero(0, pem.length).release();
            Arrays.fill(pem, (byte) 0);
        }
    }
}

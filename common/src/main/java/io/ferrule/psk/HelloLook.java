package io.ferrule.psk;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Looks into a client's hello (RFC 8446 §4.1.2) for a pre-shared key, and judges nothing else: whoever is given the client reads the
 * same bytes again. A hello in several records, or one that is broken, is not for keys.
 */
final class HelloLook {
    /** What is known after so many bytes. */
    enum Answer {
        MORE,
        KEY,
        NO_KEY
    }

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int RECORD_HEADER_BYTES = 5;
    private static final int MOST_RECORD_BYTES = 16_384;
    private static final int FIXED_BYTES = 4 + 2 + 32; // the message's header, version, random
    private static final int PRE_SHARED_KEY = 41;

    private static final int SUPPORTED_VERSIONS = 43;
    private static final int TLS_1_3 = 0x0304;

    private final boolean tls13;
    private final Predicate<String> known;
    private final Set<Integer> withKeys;
    private final Set<Integer> withCertificates;

    /**
     * One for a leg.
     *
     * @param tls13 whether TLS 1.3 is spoken
     * @param known true for the identity of a key that is here
     * @param withKeys suites of TLS 1.2 with pre-shared keys that are spoken
     * @param withCertificates those with certificates
     */
    HelloLook(boolean tls13, Predicate<String> known, Set<Integer> withKeys, Set<Integer> withCertificates) {
        this.tls13 = tls13;
        this.known = known;
        this.withKeys = withKeys;
        this.withCertificates = withCertificates;
    }

    /** Without consuming anything. */
    Answer at(ByteBuf in) {
        if (in.readableBytes() < RECORD_HEADER_BYTES) {
            return Answer.MORE;
        }
        int from = in.readerIndex();
        int length = in.getUnsignedShort(from + 3);
        if (in.getUnsignedByte(from) != HANDSHAKE || length > MOST_RECORD_BYTES) {
            return Answer.NO_KEY;
        }
        if (in.readableBytes() < RECORD_HEADER_BYTES + length) {
            return Answer.MORE;
        }
        try {
            return hello(in.slice(from + RECORD_HEADER_BYTES, length)) ? Answer.KEY : Answer.NO_KEY;
        } catch (IndexOutOfBoundsException broken) {
            return Answer.NO_KEY;
        }
    }

    private boolean hello(ByteBuf hello) {
        if (hello.getUnsignedByte(0) != CLIENT_HELLO) {
            return false;
        }
        hello.skipBytes(FIXED_BYTES);
        hello.skipBytes(hello.readUnsignedByte()); // the session's id
        ByteBuf suites = hello.readSlice(hello.readUnsignedShort());
        hello.skipBytes(hello.readUnsignedByte()); // compression
        return hello.isReadable() && extensions(hello.readSlice(hello.readUnsignedShort()), suites);
    }

    /** TLS 1.3 goes by the identities offered, which may be tickets of ours as well. */
    private boolean extensions(ByteBuf extensions, ByteBuf suites) {
        boolean speaks13 = false;
        boolean offersKnown = false;
        while (extensions.isReadable()) {
            int type = extensions.readUnsignedShort();
            ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
            if (type == PRE_SHARED_KEY) {
                offersKnown = isKnown(extension.readSlice(extension.readUnsignedShort()));
            } else if (type == SUPPORTED_VERSIONS) {
                speaks13 = speaks13(extension.readSlice(extension.readUnsignedByte()));
            }
        }
        return (tls13 && speaks13) ? offersKnown : wantsKey(suites);
    }

    private boolean isKnown(ByteBuf identities) {
        while (identities.isReadable()) {
            ByteBuf identity = identities.readSlice(identities.readUnsignedShort());
            identities.skipBytes(Integer.BYTES); // its age
            if (known.test(identity.toString(StandardCharsets.UTF_8))) {
                return true;
            }
        }
        return false;
    }

    private static boolean speaks13(ByteBuf versions) {
        while (versions.isReadable()) {
            if (versions.readUnsignedShort() == TLS_1_3) {
                return true;
            }
        }
        return false;
    }

    /** TLS 1.2, where the identity comes later, goes by what the client wants more. */
    private boolean wantsKey(ByteBuf suites) {
        while (suites.isReadable()) {
            int suite = suites.readUnsignedShort();
            if (withKeys.contains(suite)) {
                return true;
            }
            if (withCertificates.contains(suite)) {
                return false;
            }
        }
        return false;
    }
}

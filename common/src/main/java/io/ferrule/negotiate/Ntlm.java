package io.ferrule.negotiate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.ferrule.config.Negotiation;
import io.ferrule.config.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.crypto.digests.MD4Digest;
import org.bouncycastle.crypto.engines.DESEngine;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * The messages of NTLM in its first version (MS-NLMP §2.2.1, §3.3.1), byte by byte as stunnel makes them. Whoever reads the answer can
 * find out the password from it, with as much trouble as DES is: it is there for proxies that know nothing better.
 */
final class Ntlm {
    private static final byte[] SIGNATURE = "NTLMSSP\0".getBytes(US_ASCII);
    /** NTLMSSP_NEGOTIATE_OEM and NTLMSSP_NEGOTIATE_NTLM. */
    private static final int FLAGS = 0x0202;

    private static final int CHALLENGE_AT = 24;
    private static final int CHALLENGE_BYTES = 8;
    private static final int ANSWER_AT = 64;
    private static final int ANSWER_BYTES = 24;
    /** The longest that stunnel sends. */
    private static final int MOST_BYTES = 146;

    private Ntlm() {}

    /** NEGOTIATE_MESSAGE in base64: names nobody yet. */
    static String negotiate() {
        byte[] message = new byte[32];
        begun(message, 1).putInt(FLAGS);
        return Base64.getEncoder().encodeToString(message);
    }

    /**
     * AUTHENTICATE_MESSAGE in base64.
     *
     * @param challenge CHALLENGE_MESSAGE in base64, as it came
     * @return empty if that is none, or if the names are too long
     */
    static Optional<String> authenticate(Negotiation asked, String user, Secret password, String challenge) {
        byte[] received;
        try {
            received = Base64.getDecoder().decode(challenge.strip());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        byte[] domain = (asked.domain() == null ? "" : asked.domain()).getBytes(UTF_8);
        byte[] name = user.getBytes(UTF_8);
        int nameAt = ANSWER_AT + ANSWER_BYTES + domain.length;
        int end = nameAt + name.length;
        if (received.length < CHALLENGE_AT + CHALLENGE_BYTES || end > MOST_BYTES) {
            return Optional.empty();
        }
        byte[] bytes = new byte[end];
        ByteBuffer message = begun(bytes, 3);
        field(message, 0, end); // no LanManager response
        field(message, ANSWER_BYTES, ANSWER_AT);
        field(message, domain.length, ANSWER_AT + ANSWER_BYTES);
        field(message, name.length, nameAt);
        field(message, 0, end); // no workstation
        field(message, 0, end); // no session key
        message.putInt(FLAGS)
                .put(answer(password, Arrays.copyOfRange(received, CHALLENGE_AT, CHALLENGE_AT + CHALLENGE_BYTES)))
                .put(domain)
                .put(name);
        return Optional.of(Base64.getEncoder().encodeToString(bytes));
    }

    private static ByteBuffer begun(byte[] message, int type) {
        return ByteBuffer.wrap(message)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(SIGNATURE)
                .putInt(type);
    }

    private static void field(ByteBuffer message, int bytes, int offset) {
        message.putShort((short) bytes).putShort((short) bytes).putInt(offset);
    }

    /** The challenge under each third of the password's hash. */
    private static byte[] answer(Secret password, byte[] challenge) {
        byte[] keys = hash(password);
        byte[] answer = new byte[ANSWER_BYTES];
        for (int third = 0; third < 3; third++) {
            DESEngine des = new DESEngine();
            des.init(true, new KeyParameter(key(keys, third * 7)));
            des.processBlock(challenge, 0, answer, third * CHALLENGE_BYTES);
        }
        return answer;
    }

    /** Three keys of 56 bits; of the last all but 16 are zero. */
    private static byte[] hash(Secret password) {
        MD4Digest digest = new MD4Digest();
        for (byte each : password.reveal().getBytes(UTF_8)) {
            digest.update(each); // stunnel's UTF-16
            digest.update((byte) 0);
        }
        byte[] keys = new byte[21];
        digest.doFinal(keys, 0);
        return keys;
    }

    /** Seven bits in each byte; the eighth is parity, which nobody looks at. */
    private static byte[] key(byte[] keys, int from) {
        long bits = 0;
        for (int i = from; i < from + 7; i++) {
            bits = (bits << 8) | (keys[i] & 0xff);
        }
        byte[] key = new byte[8];
        for (int i = 7; i >= 0; i--, bits >>>= 7) {
            key[i] = (byte) (bits << 1);
        }
        return key;
    }
}

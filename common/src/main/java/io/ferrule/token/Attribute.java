package io.ferrule.token;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What an object in a token is asked to have.
 *
 * @param value direct memory, as C reads it
 */
record Attribute(long type, ByteBuffer value) {
    static final long CLASS = 0x0;
    static final long LABEL = 0x3;
    static final long VALUE = 0x11;
    static final long KEY_TYPE = 0x100;
    static final long ID = 0x102;
    static final long MODULUS = 0x120;
    static final long ALWAYS_AUTHENTICATE = 0x202;

    static Attribute of(long type, long number) {
        return new Attribute(type, Foreign.numbers(number));
    }

    static Attribute of(long type, byte[] bytes) {
        // Its capacity is what counts, and there is none of no byte.
        return new Attribute(
                type, bytes.length == 0 ? Foreign.memory(1).limit(0).slice() : Foreign.memory(bytes));
    }

    /** As an array of CK_ATTRIBUTE, which points to the values: these have to be kept as long as it is used. */
    static ByteBuffer template(List<Attribute> attributes) {
        long[] numbers = new long[attributes.size() * 3];
        for (int i = 0; i < attributes.size(); i++) {
            Attribute each = attributes.get(i);
            numbers[3 * i] = each.type;
            numbers[3 * i + 1] = Foreign.address(each.value);
            numbers[3 * i + 2] = each.value.capacity();
        }
        return Foreign.numbers(numbers);
    }
}

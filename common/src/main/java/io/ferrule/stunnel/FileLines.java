package io.ferrule.stunnel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A file cut into lines as stunnel cuts it: a carriage return vanishes wherever it stands, a zero byte hides the rest of its
 * line, and what is longer than the buffer goes on as the next line.
 *
 * @param marked whether the file begins with a byte order mark
 */
record FileLines(List<String> texts, boolean marked) {
    private static final int LONGEST_BYTES = 16_383;
    private static final String MARK = "\uFEFF";

    static FileLines of(byte[] bytes) {
        boolean marked =
                bytes.length > 2 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
        List<String> texts = new ArrayList<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean open = false;
        for (byte b : bytes) {
            open = b != '\n';
            if (open && b != '\r') {
                line.write(b);
            }
            if (!open || line.size() == LONGEST_BYTES) {
                texts.add(text(line));
                open = false;
            }
        }
        if (open) {
            texts.add(text(line));
        }
        return new FileLines(List.copyOf(texts), marked);
    }

    /** The line without the mark, which belongs to no option. */
    String withoutMark(int index) {
        String text = texts.get(index);
        return index == 0 && marked ? text.substring(text.startsWith(MARK) ? 1 : 3) : text;
    }

    private static String text(ByteArrayOutputStream line) {
        byte[] bytes = line.toByteArray();
        line.reset();
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
        }
    }
}

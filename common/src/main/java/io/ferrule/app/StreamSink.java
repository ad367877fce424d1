package io.ferrule.app;

import io.ferrule.stunnel.LogLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/** Lines with their time to a stream that stays open, such as stderr. */
final class StreamSink implements StunnelSink {
    private final OutputStream out;
    private final ZoneId zone;

    StreamSink(OutputStream out, ZoneId zone) {
        this.out = out;
        this.zone = zone;
    }

    @Override
    public void write(LogLine line) throws IOException {
        out.write((line.stamped(zone) + '\n').getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() {}
}

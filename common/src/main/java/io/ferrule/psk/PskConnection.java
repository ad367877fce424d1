package io.ferrule.psk;

import static java.util.Objects.requireNonNull;

import io.ferrule.connection.TlsSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.RecordPreview;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerProtocol;
import org.jspecify.annotations.Nullable;

/** One TLS connection of Bouncy Castle's, fed record by record; it never blocks. One thread only. */
final class PskConnection {
    private static final int HEADER_BYTES = 5;
    private static final int RECORD_PLAINTEXT_BYTES = 16_384; // RFC 8446 §5.1
    private static final int RECORD_OVERHEAD_BYTES =
            128; // of CBC with a MAC of SHA-384, padding and IV, and a key update

    private final PskPeer peer;
    private final Ends ends;
    private final TlsProtocol protocol;
    private final byte[] header = new byte[HEADER_BYTES];
    private int headerSeen;
    private byte @Nullable [] record; // the one begun, header included; null between two
    private int recordSeen;

    /** What Bouncy Castle would close whole is only half closed here. */
    private interface Ends {
        boolean closeNotifyReceived();

        void sendCloseNotify() throws IOException;
    }

    private PskConnection(PskPeer peer, Ends ends, TlsProtocol protocol) {
        this.peer = peer;
        this.ends = ends;
        this.protocol = protocol;
    }

    static PskConnection accept(PskServer server) throws IOException {
        ServerEnd end = new ServerEnd();
        end.accept(server);
        return new PskConnection(server, end, end);
    }

    /** The hello waits in {@link #takeOutput}. */
    static PskConnection connect(PskClient client) throws IOException {
        ClientEnd end = new ClientEnd();
        end.connect(client);
        return new PskConnection(client, end, end);
    }

    private static final class ServerEnd extends TlsServerProtocol implements Ends {
        private boolean closeNotify;

        @Override
        protected void handleAlertWarningMessage(short alert) throws IOException {
            if (alert == AlertDescription.close_notify && isConnected()) {
                closeNotify = true;
            } else {
                super.handleAlertWarningMessage(alert);
            }
        }

        /** Not with a warning each, which whoever sends requests and never reads could have without end. */
        @Override
        protected void refuseRenegotiation() throws IOException {
            throw new TlsFatalAlert(AlertDescription.no_renegotiation);
        }

        @Override
        public boolean closeNotifyReceived() {
            return closeNotify;
        }

        @Override
        public void sendCloseNotify() throws IOException {
            raiseAlertWarning(AlertDescription.close_notify, "");
        }
    }

    private static final class ClientEnd extends TlsClientProtocol implements Ends {
        private boolean closeNotify;

        @Override
        protected void handleAlertWarningMessage(short alert) throws IOException {
            if (alert == AlertDescription.close_notify && isConnected()) {
                closeNotify = true;
            } else {
                super.handleAlertWarningMessage(alert);
            }
        }

        /** Not with a warning each, which whoever sends requests and never reads could have without end. */
        @Override
        protected void refuseRenegotiation() throws IOException {
            throw new TlsFatalAlert(AlertDescription.no_renegotiation);
        }

        @Override
        public boolean closeNotifyReceived() {
            return closeNotify;
        }

        @Override
        public void sendCloseNotify() throws IOException {
            raiseAlertWarning(AlertDescription.close_notify, "");
        }
    }

    PskPeer peer() {
        return peer;
    }

    /** What was agreed on; null until the handshake is done. */
    @Nullable
    TlsSession agreed() {
        return peer.agreed();
    }

    /** True once the peer has said that it sends no more; nothing is to be fed any more then. */
    boolean closeNotify() {
        return ends.closeNotifyReceived();
    }

    /** True if these five bytes cannot begin a record of TLS. */
    private boolean isNoRecord() {
        return header[0] < ContentType.change_cipher_spec || header[0] > ContentType.application_data || header[1] != 3;
    }

    /**
     * Takes bytes up to the end of the next record, and judges that if it is whole.
     *
     * @return true if one was
     * @throws IOException if it is broken, forged or out of place; the alert for it waits in {@link #takeOutput}
     */
    boolean feed(ByteBuf in) throws IOException {
        if (record == null) {
            int missing = Math.min(HEADER_BYTES - headerSeen, in.readableBytes());
            in.readBytes(header, headerSeen, missing);
            headerSeen += missing;
            if (headerSeen < HEADER_BYTES) {
                return false;
            }
            begin();
        }
        byte[] whole = requireNonNull(record);
        int missing = Math.min(whole.length - recordSeen, in.readableBytes());
        in.readBytes(whole, recordSeen, missing);
        recordSeen += missing;
        if (recordSeen < whole.length) {
            return false;
        }
        record = null;
        headerSeen = 0;
        protocol.offerInput(whole);
        return true;
    }

    /** The length is judged before there is room for so much. */
    private void begin() throws IOException {
        if (agreed() == null && isNoRecord()) {
            throw new NotTls();
        }
        RecordPreview preview = protocol.previewInputRecord(header);
        byte[] room = new byte[preview.getRecordSize()];
        System.arraycopy(header, 0, room, 0, HEADER_BYTES);
        record = room;
        recordSeen = HEADER_BYTES;
    }

    /** The first bytes are of another protocol, such as plain Redis or HTTP. */
    static final class NotTls extends IOException {
        NotTls() {
            super("wrong version number");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** Adds the plaintext that the last record brought. */
    void takePlaintext(ByteBuf to) {
        int bytes = protocol.getAvailableInputBytes();
        if (bytes > 0) {
            to.ensureWritable(bytes);
            protocol.readInput(to.nioBuffer(to.writerIndex(), bytes), bytes);
            to.writerIndex(to.writerIndex() + bytes);
        }
    }

    /** How much room so much plaintext takes when it is encrypted. */
    static int room(int plaintextBytes) {
        return plaintextBytes + (plaintextBytes / RECORD_PLAINTEXT_BYTES + 1) * RECORD_OVERHEAD_BYTES;
    }

    /** Encrypts a record's worth at most. */
    void encrypt(byte[] plaintext, int bytes, ByteBuf to) throws IOException {
        protocol.writeApplicationData(plaintext, 0, bytes);
        takeOutput(to);
    }

    /** Nothing may be encrypted after this. */
    void closeNotify(ByteBuf to) throws IOException {
        ends.sendCloseNotify();
        takeOutput(to);
    }

    private void takeOutput(ByteBuf to) {
        int bytes = protocol.getAvailableOutputBytes();
        to.ensureWritable(bytes);
        protocol.readOutput(to.nioBuffer(to.writerIndex(), bytes), bytes);
        to.writerIndex(to.writerIndex() + bytes);
    }

    /** What Bouncy Castle wants to send by itself, owned by the caller; null if that is nothing. */
    @Nullable
    ByteBuf takeOutput(ByteBufAllocator allocator) {
        int bytes = protocol.getAvailableOutputBytes();
        if (bytes == 0) {
            return null;
        }
        ByteBuf out = allocator.directBuffer(bytes);
        takeOutput(out);
        return out;
    }
}

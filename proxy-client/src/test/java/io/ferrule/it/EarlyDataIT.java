package io.ferrule.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ferrule.testing.NeedsCommand;
import io.ferrule.testing.OpenSslPeer;
import io.ferrule.testing.TestCertificate;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client sends before the handshake is done could be a replay (RFC 8446 §8), so the target never sees it. */
@NeedsCommand("openssl")
class EarlyDataIT {
    /** Of OpenSSL's SSL_SESSION, {@code ssl/ssl_asn1.c}. */
    private static final int MAX_EARLY_DATA = 15;

    @TempDir
    Path directory;

    @Test
    void earlyDataIsNeitherOfferedNorTaken() throws Exception {
        Path session = directory.resolve("session");
        Path early = Files.writeString(directory.resolve("early"), "FLUSHALL\n");
        try (WatchedTarget target = new WatchedTarget();
                LoneServer server = LoneServer.before(target.address())) {
            try (OpenSslPeer first = OpenSslPeer.client(server.port(), "-tls1_3", "-sess_out", session.toString())) {
                first.type("hello").awaitLine("^hello");
                first.finish().awaitExit();
                assertThat(first.output()).contains("Max Early Data: 0");
            }
            assertThat(target.awaitVisit().received()).isEqualTo("hello\n");

            pretendThatEarlyDataWasOffered(session);
            String[] options = {"-tls1_3", "-sess_in", session.toString(), "-early_data", early.toString()};
            try (OpenSslPeer second = OpenSslPeer.client(server.port(), options)) {
                second.type("hello").awaitLine("^hello");
                second.finish().awaitExit();
                assertThat(second.output()).contains("Early data was rejected");
            }
            assertThat(target.awaitVisit().received()).isEqualTo("hello\n");
        }
    }

    /** Writes an allowance into the client's session that the server did not give. */
    private static void pretendThatEarlyDataWasOffered(Path session) throws IOException {
        byte[] der;
        try (PemReader reader = new PemReader(new StringReader(Files.readString(session)))) {
            der = reader.readPemObject().getContent();
        }
        DERTaggedObject allowance = new DERTaggedObject(true, MAX_EARLY_DATA, new ASN1Integer(16_384));
        ASN1EncodableVector fields = new ASN1EncodableVector();
        boolean added = false;
        for (var field : ASN1Sequence.getInstance(der)) {
            if (!added && field instanceof ASN1TaggedObject tagged && tagged.getTagNo() > MAX_EARLY_DATA) {
                fields.add(allowance);
                added = true;
            }
            fields.add(field);
        }
        if (!added) {
            fields.add(allowance);
        }
        byte[] forged = new DERSequence(fields).getEncoded(ASN1Encoding.DER);
        Files.writeString(session, TestCertificate.pem("SSL SESSION PARAMETERS", forged));
    }
}

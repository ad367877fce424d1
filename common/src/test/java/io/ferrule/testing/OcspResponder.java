package io.ferrule.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An OCSP responder of an authority, on a free port of 127.0.0.1. Every certificate is good until something else is said; the
 * responses can be had without HTTP too, to be stapled. For one that nobody here wrote see {@link OpenSslResponder}.
 */
public final class OcspResponder implements AutoCloseable {
    private final TestCertificates.Authority authority;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<BigInteger, CertificateStatus> statuses = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile TestCertificate signer;
    private volatile String algorithm = "";
    private volatile Duration age = Duration.ofMinutes(1);
    private volatile Duration validity = Duration.ofHours(1);
    private volatile UnaryOperator<byte[]> last = bytes -> bytes;
    private volatile CountDownLatch open = new CountDownLatch(0);

    private OcspResponder(TestCertificates.Authority authority) throws IOException {
        this.authority = authority;
        this.signer = authority.identity();
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** One that signs with the authority's own key; each response is a minute old and holds for an hour. */
    public static OcspResponder of(TestCertificates.Authority authority) {
        try {
            return new OcspResponder(authority);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What goes into certificates, see {@link TestCertificates.Leaf#responder}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/ocsp";
    }

    /** How many questions have come so far. */
    public int asked() {
        return asked.get();
    }

    public OcspResponder revoke(X509Certificate certificate) {
        statuses.put(
                certificate.getSerialNumber(), new RevokedStatus(Date.from(Instant.now()), CRLReason.keyCompromise));
        return this;
    }

    public OcspResponder restore(X509Certificate certificate) {
        statuses.remove(certificate.getSerialNumber());
        return this;
    }

    public OcspResponder forget(X509Certificate certificate) {
        statuses.put(certificate.getSerialNumber(), new UnknownStatus());
        return this;
    }

    /** Signs with another certificate from now on, and shows it. */
    public OcspResponder signBy(TestCertificate other) {
        signer = other;
        return this;
    }

    /** Signs in another way than the key's usual one, such as {@code SHA1withECDSA}. */
    public OcspResponder signWith(String signature) {
        algorithm = signature;
        return this;
    }

    /** Responses are this old, and hold for this long from their begin; zero leaves their end out. */
    public OcspResponder time(Duration old, Duration length) {
        age = old;
        validity = length;
        return this;
    }

    /** Answers are changed at last; what becomes empty is answered with HTTP status 500. */
    public OcspResponder spoil(UnaryOperator<byte[]> change) {
        last = change;
        return this;
    }

    /** Answers nobody until {@link #release}. */
    public OcspResponder hold() {
        open = new CountDownLatch(1);
        return this;
    }

    public OcspResponder release() {
        open.countDown();
        return this;
    }

    /** The response about a certificate as it would be answered now. */
    public byte[] response(X509Certificate certificate) {
        try {
            return respond(new CertificateID(
                    new BcDigestCalculatorProvider().get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(authority.certificate()),
                    certificate.getSerialNumber()));
        } catch (OCSPException | OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        try (exchange) {
            OCSPReq request = new OCSPReq(exchange.getRequestBody().readAllBytes());
            open.await();
            byte[] response = respond(request.getRequestList()[0].getCertID());
            exchange.getResponseHeaders().add("Content-Type", "application/ocsp-response");
            exchange.sendResponseHeaders(response.length == 0 ? 500 : 200, response.length == 0 ? -1 : response.length);
            exchange.getResponseBody().write(response);
        } catch (OCSPException | OperatorCreationException | GeneralSecurityException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] respond(CertificateID id)
            throws OCSPException, OperatorCreationException, GeneralSecurityException, IOException {
        X509CertificateHolder certificate = new JcaX509CertificateHolder(signer.certificate());
        Instant from = Instant.now().minus(age);
        BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(new RespID(certificate.getSubject()));
        CertificateStatus status = statuses.get(id.getSerialNumber());
        if (validity.isZero()) {
            builder.addResponse(id, status, Date.from(from), (Date) null);
        } else {
            builder.addResponse(id, status, Date.from(from), Date.from(from.plus(validity)));
        }
        return last.apply(new OCSPRespBuilder()
                .build(
                        OCSPRespBuilder.SUCCESSFUL,
                        builder.build(
                                new JcaContentSignerBuilder(signature()).build(signer.key()),
                                new X509CertificateHolder[] {certificate},
                                Date.from(from)))
                .getEncoded());
    }

    private String signature() {
        if (!algorithm.isEmpty()) {
            return algorithm;
        }
        return switch (signer.key().getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
    }

    @Override
    public void close() {
        open.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}

package io.ferrule.testing;

import io.ferrule.config.KeyFiles;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code openssl ocsp} as the responder of an authority; use with {@code @NeedsCommand("openssl")}. It knows the certificates it
 * is told of, and no others.
 */
public final class OpenSslResponder implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final TestCertificates.Authority authority;
    private final Path directory = Directories.temporary("ferrule-ocsp");
    private final int port = Ports.free();
    private final List<String> index = new ArrayList<>();
    private @Nullable Subprocess process;

    private OpenSslResponder(TestCertificates.Authority authority) {
        this.authority = authority;
    }

    /** One that is not started yet; its {@link #url} can be written into certificates already. */
    public static OpenSslResponder of(TestCertificates.Authority authority) {
        return new OpenSslResponder(authority);
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public OpenSslResponder good(X509Certificate certificate) {
        return line("V", "", certificate);
    }

    public OpenSslResponder revoked(X509Certificate certificate) {
        return line("R", TIME.format(Instant.now().minusSeconds(60)) + ",keyCompromise", certificate);
    }

    private OpenSslResponder line(String state, String revoked, X509Certificate certificate) {
        String serial = certificate.getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
        index.add(String.join(
                "\t",
                state,
                TIME.format(certificate.getNotAfter().toInstant()),
                revoked,
                serial.length() % 2 == 0 ? serial : "0" + serial,
                "unknown",
                "/CN=x"));
        return this;
    }

    /**
     * Starts it.
     *
     * @param signer the authority's own identity, or that of a responder
     * @param options such as {@code -nmin 5}
     */
    public OpenSslResponder start(TestCertificate signer, String... options) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments(signer));
        command.addAll(List.of("-port", Integer.toString(port)));
        command.addAll(List.of(options));
        Subprocess started = Subprocess.start("openssl ocsp", directory, command);
        process = started;
        started.awaitLine("ACCEPT|[Ww]aiting", LIMIT);
        return this;
    }

    /** Makes one response without a process that listens, in a file such as {@code s_server -status_file} wants. */
    public Path response(TestCertificate signer, X509Certificate certificate) {
        Path leaf = TestCertificate.write(directory.resolve("leaf.crt"), TestCertificate.pem(certificate));
        OpenSsl openSsl = OpenSsl.in(directory);
        List<String> arguments = arguments(signer);
        openSsl.run("ocsp -issuer ca.crt -cert " + leaf + " -no_nonce -reqout request.der");
        openSsl.run(String.join(" ", arguments) + " -ndays 1 -reqin request.der -respout response.der");
        return directory.resolve("response.der");
    }

    private List<String> arguments(TestCertificate signer) {
        TestCertificate.write(directory.resolve("index.txt"), String.join("\n", index) + "\n");
        KeyFiles files = signer.writeTo(directory, "signer");
        return List.of(
                "ocsp",
                "-index",
                "index.txt",
                "-CA",
                authority.writeTo(directory).getFileName().toString(),
                "-rsigner",
                files.certificate().toString(),
                "-rkey",
                files.key().toString());
    }

    /** Ends the process, as a responder in trouble would. */
    public void stop() {
        if (process != null) {
            process.close();
        }
    }

    @Override
    public void close() {
        stop();
        Directories.delete(directory);
    }
}

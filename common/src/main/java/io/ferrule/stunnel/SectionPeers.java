package io.ferrule.stunnel;

import io.ferrule.config.NamePattern;
import io.ferrule.config.Revocation;
import io.ferrule.config.Revocation.Ocsp;
import io.ferrule.config.Verification;
import io.ferrule.stunnel.StunnelService.PeerCheck;
import io.ferrule.stunnel.StunnelService.Status;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a section asks of its peer's certificate. */
final class SectionPeers {
    private SectionPeers() {}

    /** Of clients that are asked for one. */
    static Verification clients(StunnelService service) throws Refusal {
        return verification(service, service.peer().require());
    }

    /** Of the server, which always shows one. */
    static Verification server(StunnelService service) throws Refusal {
        return verification(service, true);
    }

    private static Verification verification(StunnelService service, boolean required) throws Refusal {
        PeerCheck asked = service.peer();
        List<Path> certificates = new ArrayList<>();
        List<NamePattern> names = new ArrayList<>();
        if (asked.verifies()) { // else stunnel looks at neither
            addTo(certificates, asked.caFile());
            addTo(certificates, asked.caPath());
            addTo(certificates, StoredCertificates.file(service));
            asked.hosts().forEach(name -> names.add(new NamePattern(NamePattern.Kind.HOST, name)));
            asked.emails().forEach(name -> names.add(new NamePattern(NamePattern.Kind.EMAIL, name)));
            asked.addresses().forEach(name -> names.add(new NamePattern(NamePattern.Kind.IP, name)));
        }
        return new Verification(
                required,
                asked.chain(),
                asked.stored(),
                certificates,
                asked.verifies() ? StoredCertificates.inTokens(service) : List.of(),
                names,
                SecurityLevel.of(service).leastBits());
    }

    private static void addTo(List<Path> files, @Nullable Path file) {
        if (file != null) {
            files.add(file.toAbsolutePath());
        }
    }

    /**
     * What is asked about the certificate besides; nothing where it is not verified, as with stunnel.
     *
     * @throws Refusal if that cannot be asked
     */
    static Revocation revocation(StunnelService service) throws Refusal {
        Status asked = service.status();
        if (!service.peer().verifies()) {
            return Revocation.NONE;
        }
        return new Revocation(
                lists(asked),
                whom(asked),
                responder(asked.ocsp()),
                timeout(service),
                !asked.required(),
                null,
                true,
                asked.nonce());
    }

    private static Ocsp whom(Status asked) {
        if (asked.ocsp() != null) {
            return asked.aia() ? Ocsp.RESPONDER_THEN_AIA : Ocsp.RESPONDER;
        }
        return asked.aia() ? Ocsp.AIA_IF_NAMED : Ocsp.OFF;
    }

    private static Duration timeout(StunnelService service) {
        Duration given = service.waits().ocsp();
        return given.isZero() || given.isNegative() ? Revocation.NONE.timeout() : given;
    }

    private static @Nullable URI responder(@Nullable String url) throws Refusal {
        if (url == null) {
            return null;
        }
        try {
            URI responder = new URI(url);
            if ("http".equalsIgnoreCase(responder.getScheme()) && responder.getHost() != null) {
                return responder;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new Refusal("Failed to parse the OCSP URL", "write http://HOST:PORT/PATH instead of " + url);
    }

    private static List<Path> lists(Status asked) throws Refusal {
        List<Path> lists = new ArrayList<>();
        addTo(lists, asked.crlFile());
        Path directory = asked.crlPath();
        if (directory != null) {
            try (Stream<Path> files = Files.list(directory.toAbsolutePath())) {
                // As openssl rehash names them: HASH.rN
                files.filter(file -> file.getFileName().toString().matches("[0-9a-f]{8}\\.r\\d+"))
                        .sorted()
                        .forEach(lists::add);
            } catch (IOException e) {
                throw new Refusal(
                        "Failed to add " + directory + " revocation lookup directory", String.valueOf(e.getMessage()));
            }
            if (lists.isEmpty()) {
                throw new Refusal(
                        "Failed to add " + directory + " revocation lookup directory",
                        "no file in it is named by the hash of an issuer, such as 9d66eef0.r0: run \"openssl rehash\"");
            }
        }
        return lists;
    }
}

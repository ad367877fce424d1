package io.ferrule.stunnel;

import io.ferrule.config.TokenUri;
import io.ferrule.stunnel.StunnelService.PeerCheck;
import io.ferrule.stunnel.StunnelService.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.jspecify.annotations.Nullable;

/** What stunnel logs while it makes a section's TLS context, and what it finds wrong with the files. */
final class ContextLines {
    private static final String FAILED = "Failed to initialize TLS context";
    private static final String FUNCTION = "SSL_CTX_use_certificate_chain_file";

    private final StunnelService service;
    private final Asker asker;

    ContextLines(StunnelService service, Asker asker) {
        this.service = service;
        this.asker = asker;
    }

    /** Before the context is made: what is asked for, and the files that it needs. */
    void open() throws Refusal {
        Tls tls = service.tls();
        asker.log(
                6,
                tls.securityLevel() == null
                        ? "OpenSSL security level is used: 2"
                        : "User-specified security level set: " + tls.securityLevel());
        asker.log(7, "Ciphers: " + (tls.ciphers() == null ? Tls.CIPHERS : tls.ciphers()));
        asker.log(7, "TLSv1.3 ciphersuites: " + (tls.ciphersuites() == null ? Tls.CIPHERSUITES : tls.ciphersuites()));
        asker.log(6, "Session resumption " + (service.resumption().enabled() ? "enabled" : "disabled"));
        spoken(tls);
        String cert = service.identity().cert();
        if (cert == null) {
            asker.log(7, "No certificate or private key specified");
        } else {
            own(cert, service.identity().key());
        }
        stored();
    }

    /** After it has been made. */
    void close() {
        if (service.identity().cert() != null) {
            asker.log(7, "Private key check succeeded");
        }
        PeerCheck peer = service.peer();
        if (!peer.verifies()
                && peer.caFile() == null
                && peer.caPath() == null
                && peer.caStore() == null
                && peer.caEngine().isEmpty()) {
            asker.log(6, "No trusted certificates found");
        }
        if (service.client() && service.psk().secrets() == null) {
            clientWarnings(peer);
        }
        asker.log(6, "DH initialization skipped: " + (service.client() ? "client section" : "no DH ciphersuites"));
        String curves = service.tls().curves();
        asker.log(7, "ECDH initialization");
        asker.log(7, "ECDH initialized with curves " + (curves == null ? Tls.CURVES : curves));
    }

    private void clientWarnings(PeerCheck peer) {
        if (!peer.verifies()) {
            asker.log(4, "Service [" + service.name() + "] needs authentication to prevent MITM attacks");
        } else if (!peer.stored()
                && peer.hosts().isEmpty()
                && peer.emails().isEmpty()
                && peer.addresses().isEmpty()) {
            asker.log(4, "Service [" + service.name() + "] uses \"verifyChain\" without subject checks");
            asker.log(4, "Use \"checkHost\" or \"checkIP\" to restrict trusted certificates");
        }
    }

    /** Whether anything is left to speak. */
    private void spoken(Tls tls) throws Refusal {
        checkLeft("ciphers", tls.ciphers());
        checkLeft("ciphersuites", tls.ciphersuites());
        checkLeft("curves", tls.curves());
    }

    private void checkLeft(String option, @Nullable String value) throws Refusal {
        if (value == null || (value.isEmpty() && option.equals("ciphersuites"))) {
            return;
        }
        Fate fate = OptionTable.fate(option, value);
        if (fate.treatment() == Fate.Treatment.REFUSED) {
            if (option.equals("curves")) {
                asker.log(3, "Invalid groups list in 'curves'");
            }
            throw new Refusal(FAILED, option + " = " + value + ": " + fate.sentence());
        }
    }

    private void own(String cert, @Nullable String keyOrNone) throws Refusal {
        String key = keyOrNone == null ? cert : keyOrNone;
        boolean certInToken = SectionKeys.inToken(service.identity(), cert) != null;
        boolean keyInToken = SectionKeys.inToken(service.identity(), key) != null;
        if (service.identity().engine() != null
                && (certInToken || !service.identity().isProvider())) {
            asker.log(6, "Loading certificate from engine ID: " + Given.withoutPin(cert));
        }
        if (keyInToken && !certInToken) {
            keyOfToken(key);
        }
        if (!certInToken) {
            certificate(cert);
        }
        if (!keyInToken) {
            key(key);
        }
    }

    private void keyOfToken(String key) {
        asker.log(6, "Initializing private key on engine ID: " + Given.withoutPin(key));
        asker.log(6, "Private key initialized on engine ID: " + Given.withoutPin(key));
    }

    private void certificate(String cert) throws Refusal {
        asker.log(6, "Loading certificate from file: " + Given.withoutPin(cert));
        String missing = unreadable(cert);
        if (missing != null) {
            asker.log(3, FUNCTION + ": error:80000002:system library::" + missing);
            throw new Refusal(
                    FAILED,
                    "the certificate " + Given.withoutPin(cert) + " cannot be read: " + missing + tokenRemedy(cert));
        }
        asker.log(6, "Certificate loaded from file: " + Given.withoutPin(cert));
    }

    private void key(String key) throws Refusal {
        asker.log(6, "Loading private key from file: " + Given.withoutPin(key));
        String keyMissing = unreadable(key);
        if (keyMissing != null) {
            asker.log(3, Given.withoutPin(key) + ": " + keyMissing);
            throw new Refusal(
                    FAILED,
                    "the private key " + Given.withoutPin(key) + " cannot be read: " + keyMissing + tokenRemedy(key));
        }
        if (isOpenToOthers(Path.of(key))) {
            asker.log(4, "Insecure file permissions on " + key);
        }
        asker.log(6, "Private key loaded from file: " + Given.withoutPin(key));
    }

    private static String tokenRemedy(String name) {
        return TokenUri.isOne(name) || name.matches("(slot|id|label)_.*")
                ? "; if it is in a token, write engine = pkcs11 before the first section, and engineId = pkcs11 in this one"
                : "";
    }

    private void stored() throws Refusal {
        PeerCheck peer = service.peer();
        Path caFile = peer.caFile();
        Path caPath = peer.caPath();
        if (peer.verifies() && caFile != null && unreadable(caFile.toString()) != null) {
            asker.log(3, "No trusted certificates found");
            throw new Refusal(FAILED, "the CAfile " + caFile + " cannot be read");
        }
        if (peer.verifies() && caPath != null && !Files.isDirectory(caPath)) {
            asker.log(3, "No trusted certificates found");
            throw new Refusal(FAILED, "the CApath " + caPath + " is no directory that can be read");
        }
        Path crlFile = service.status().crlFile();
        if (crlFile != null && unreadable(crlFile.toString()) != null) {
            asker.log(3, "Failed to load " + crlFile + " revocation lookup file");
            throw new Refusal(FAILED, "the CRLfile " + crlFile + " cannot be read");
        }
    }

    /** Why the file cannot be read; null if it can. */
    private static @Nullable String unreadable(String name) {
        try {
            Path file = Words.file(name);
            if (name.isEmpty() || !Files.exists(file)) {
                return "No such file or directory (2)";
            }
            if (Files.isDirectory(file)) {
                return "Is a directory (21)";
            }
            return Files.isReadable(file) ? null : "Permission denied (13)";
        } catch (Refusal e) {
            return "No such file or directory (2)";
        }
    }

    /** True if users of no group of it may read, change or run it. */
    static boolean isOpenToOthers(Path key) {
        try {
            return Files.getPosixFilePermissions(key).stream()
                    .anyMatch(p -> p == PosixFilePermission.OTHERS_READ
                            || p == PosixFilePermission.OTHERS_WRITE
                            || p == PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException | UnsupportedOperationException e) {
            return false; // a file system without permissions cannot be asked
        }
    }
}

package io.ferrule.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tokens of SoftHSM in a directory of the test. They are seen by processes that have {@link #variables}; tests that use it carry
 * {@code @NeedsCommand("softhsm2-util")} and {@code @NeedsCommand("pkcs11-tool")}.
 */
public final class SoftHsm {
    public static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");
    public static final String PIN = "123456";

    private final Path directory;
    private final Path config;

    public SoftHsm(Path directory) throws IOException {
        this.directory = directory;
        config = directory.resolve("softhsm2.conf");
        write("");
    }

    private void write(String more) throws IOException {
        Path tokens = directory.resolve("tokens");
        Files.createDirectories(tokens);
        Files.writeString(
                config,
                "directories.tokendir = " + tokens + "\nobjectstore.backend = file\nlog.level = ERROR\n" + more + "\n");
    }

    /** Makes it as poor as some cards are: no padding for PSS, and no hashing. */
    public SoftHsm withoutPss() throws IOException {
        write("slots.mechanisms = CKM_RSA_PKCS,CKM_RSA_X_509,CKM_ECDSA");
        return this;
    }

    public Map<String, String> variables() {
        return Map.of("SOFTHSM2_CONF", config.toString());
    }

    /** Makes a token. */
    public SoftHsm token(String label) {
        run("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "87654321");
        return this;
    }

    /** Puts a key into a token. */
    public SoftHsm key(String token, String id, TestCertificate identity) throws IOException {
        Path key = TestCertificate.write(directory.resolve("imported.pem"), identity.pkcs8Pem());
        run(
                "softhsm2-util",
                "--import",
                key.toString(),
                "--token",
                token,
                "--label",
                "key" + id,
                "--id",
                id,
                "--pin",
                PIN);
        Files.delete(key);
        return this;
    }

    /** Puts a certificate into a token. */
    public SoftHsm certificate(String token, String id, TestCertificate identity) throws Exception {
        Path der = Files.write(
                directory.resolve("imported.der"), identity.certificate().getEncoded());
        tool(token, "--write-object", der.toString(), "--type", "cert", "--id", id, "--label", "cert" + id);
        return this;
    }

    /** Takes a key away. */
    public SoftHsm withoutKey(String token, String id) {
        tool(token, "--delete-object", "--type", "privkey", "--id", id);
        tool(token, "--delete-object", "--type", "pubkey", "--id", id);
        return this;
    }

    private void tool(String token, String... words) {
        List<String> command = new ArrayList<>(
                List.of("pkcs11-tool", "--module", MODULE.toString(), "--token-label", token, "--login", "--pin", PIN));
        command.addAll(List.of(words));
        run(command.toArray(String[]::new));
    }

    private void run(String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(variables());
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(List.of(command) + " failed:\n" + output);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

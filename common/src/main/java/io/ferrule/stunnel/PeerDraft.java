package io.ferrule.stunnel;

import io.ferrule.stunnel.StunnelService.PeerCheck;
import io.ferrule.stunnel.StunnelService.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a section asks of the peer's certificate, as far as it has been read; later lines change what earlier ones set. */
final class PeerDraft {
    private static final Set<String> OCSP_FLAGS = Set.of(
            "NOCERTS",
            "NOINTERN",
            "NOSIGS",
            "NOCHAIN",
            "NOVERIFY",
            "NOEXPLICIT",
            "NOCASIGN",
            "NODELEGATED",
            "NOCHECKS",
            "TRUSTOTHER",
            "RESPID_KEY",
            "NOTIME");

    private final List<String> caEngine = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private final List<String> emails = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final Set<String> ocspFlags = new TreeSet<>();
    private boolean request;
    private boolean require;
    private boolean chain;
    private boolean stored;
    private @Nullable Path caFile;
    private @Nullable Path caPath;
    private @Nullable String caStore;
    private @Nullable Path crlFile;
    private @Nullable Path crlPath;
    private @Nullable String ocsp;
    private boolean aia;
    private boolean nonce;
    private boolean ocspRequired = true;

    /** Takes the line if it is about the peer. */
    boolean set(String key, String value) throws Refusal {
        switch (key) {
            case "verify" -> verify(value);
            case "verifychain" -> {
                chain = Words.yes(value);
                impliesRequired(chain);
            }
            case "verifypeer" -> {
                stored = Words.yes(value);
                impliesRequired(stored);
            }
            case "requirecert" -> {
                require = Words.yes(value);
                request |= require;
            }
            case "cafile" -> caFile = Words.path(value);
            case "capath" -> caPath = Words.path(value);
            case "caengine" -> caEngine.add(value);
            case "castore" -> caStore = value.isEmpty() ? null : value;
            case "checkhost" -> hosts.add(value);
            case "checkemail" -> emails.add(value);
            case "checkip" -> addresses.add(value);
            default -> {
                return status(key, value);
            }
        }
        return true;
    }

    private boolean status(String key, String value) throws Refusal {
        switch (key) {
            case "crlfile" -> crlFile = Words.path(value);
            case "crlpath" -> crlPath = Words.path(value);
            case "ocsp" -> ocsp = value;
            case "ocspaia" -> aia = Words.yes(value);
            case "ocspnonce" -> nonce = Words.yes(value);
            case "ocsprequire" -> ocspRequired = Words.yes(value);
            case "ocspflag" -> {
                String flag = value.toUpperCase(Locale.ROOT);
                if (!OCSP_FLAGS.contains(flag)) {
                    throw new Refusal("Illegal OCSP flag", "there are " + String.join(", ", new TreeSet<>(OCSP_FLAGS)));
                }
                ocspFlags.add(flag);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** True if a certificate would be judged by stored ones. */
    boolean verifies() {
        return chain || stored;
    }

    /** What names and stored certificates need; each stands at its place in stunnel's order of checks. */
    void checkNames() throws Refusal {
        if (!verifies() && !(hosts.isEmpty() && emails.isEmpty() && addresses.isEmpty())) {
            throw new Refusal("Either \"verifyChain\" or \"verifyPeer\" has to be enabled");
        }
    }

    /** Last of the checks of options. */
    void checkStored() throws Refusal {
        if (verifies() && caFile == null && caPath == null && caStore == null && caEngine.isEmpty()) {
            throw new Refusal("Either \"CAengine\", \"CAfile\" or \"CApath\" has to be configured");
        }
    }

    PeerCheck check() {
        return new PeerCheck(
                request, require, chain, stored, caFile, caPath, caEngine, caStore, hosts, emails, addresses);
    }

    Status status() {
        return new Status(crlFile, crlPath, ocsp, aia, nonce, ocspRequired, ocspFlags);
    }

    private void impliesRequired(boolean on) {
        request |= on;
        require |= on;
    }

    /** The levels of stunnel before 5: each sets all four flags. */
    private void verify(String value) throws Refusal {
        long level = Words.number(value, "Bad verify level");
        if (level < 0 || level > 4) {
            throw new Refusal("Bad verify level", "write 0 to 4, or use verifyChain and verifyPeer");
        }
        request = true;
        require = level >= 2;
        chain = level >= 1 && level <= 3;
        stored = level >= 3;
    }
}

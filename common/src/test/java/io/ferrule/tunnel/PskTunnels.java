package io.ferrule.tunnel;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.Access;
import io.ferrule.config.ConnectTls;
import io.ferrule.config.NameMatching;
import io.ferrule.config.PostQuantum;
import io.ferrule.config.PreSharedKey;
import io.ferrule.config.PreSharedKeys;
import io.ferrule.config.Revocation;
import io.ferrule.config.ServerTrust;
import io.ferrule.config.Sessions;
import io.ferrule.config.TlsSettings;
import io.ferrule.config.TlsVersion;
import io.ferrule.config.TunnelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Tunnels with pre-shared keys, and what the real stunnel needs to know of the same keys. */
final class PskTunnels {
    static final PreSharedKey KEY = key("alice", "the key of alice, 26 bytes");
    static final PreSharedKey OTHER_KEY = key("alice", "another key of alice, sure");
    static final PreSharedKey STRANGER = key("mallory", "the key of mallory, longer");

    /** As stunnel's default cipher string has them, most wanted first. */
    static final List<String> CIPHERS =
            List.of("ECDHE-PSK-CHACHA20-POLY1305", "PSK-AES256-GCM-SHA384", "ECDHE-PSK-AES256-CBC-SHA384");

    private PskTunnels() {}

    static PreSharedKey key(String identity, String key) {
        return new PreSharedKey(identity, key.getBytes(StandardCharsets.UTF_8));
    }

    /** Of {@code TLSv1.2} or {@code TLSv1.3}. */
    static TlsSettings only(String version, Sessions sessions) {
        TlsVersion one = version.equals("TLSv1.3") ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
        return new TlsSettings(
                one, one, List.of(), List.of(), List.of(), PostQuantum.PREFERRED, List.of(), false, sessions);
    }

    static TlsSettings only(String version) {
        return only(version, Sessions.DEFAULT);
    }

    static AcceptTls accept(TlsSettings settings, List<String> ciphers, PreSharedKey... keys) {
        return new AcceptTls(
                null,
                new Access.Anyone(),
                settings,
                Revocation.NONE,
                null,
                false,
                List.of(),
                NameMatching.MOST_SPECIAL,
                false,
                new PreSharedKeys(List.of(keys), ciphers));
    }

    static TunnelConfig server(TlsSettings settings, int target, PreSharedKey... keys) {
        return TunnelRig.server("server", accept(settings, CIPHERS, keys), TunnelRig.at(target));
    }

    static TunnelConfig client(TlsSettings settings, List<String> ciphers, PreSharedKey key, int port) {
        return TunnelRig.client(
                "client", new ConnectTls(new ServerTrust.PreShared(key, ciphers), "server.test", null, settings), port);
    }

    static TunnelConfig client(TlsSettings settings, PreSharedKey key, int port) {
        return client(settings, CIPHERS, key, port);
    }

    /** The option that gives the real stunnel these keys. */
    static String secrets(Path directory, PreSharedKey... keys) {
        StringBuilder lines = new StringBuilder();
        for (PreSharedKey key : keys) {
            lines.append(key.identity())
                    .append(':')
                    .append(new String(key.reveal(), StandardCharsets.UTF_8))
                    .append('\n');
        }
        try {
            Path file = Files.createTempFile(
                    directory,
                    "psk",
                    ".txt",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, lines.toString());
            return "PSKsecrets = " + file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.ferrule.config;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files and directories that a tunnel's config names and that are read when it starts. */
public final class NamedFiles {
    private final Set<Path> files = new LinkedHashSet<>();

    private NamedFiles() {}

    /** Those of one tunnel, in no order. */
    public static Set<Path> of(TunnelConfig tunnel) {
        NamedFiles named = new NamedFiles();
        AcceptTls accept = tunnel.accept().tls();
        if (accept != null) {
            named.keys(accept.keys());
            named.files.addAll(accept.access().files());
            named.revocation(accept.revocation());
            named.add(accept.settings().sessions().ticketKeys());
            for (NamedService service : accept.names()) {
                named.keys(service.keys());
                named.files.addAll(service.access().files());
                named.revocation(service.revocation());
            }
        }
        ConnectTls connect = tunnel.connect().tls();
        if (connect != null) {
            named.keys(connect.keys());
            named.files.addAll(connect.trust().files());
            named.revocation(connect.revocation());
        }
        return named.files;
    }

    /** Those of them that deny single certificates. */
    public static Set<Path> denying(TunnelConfig tunnel) {
        NamedFiles named = new NamedFiles();
        AcceptTls accept = tunnel.accept().tls();
        if (accept != null) {
            named.add(accept.revocation().deny());
            accept.names().forEach(service -> named.add(service.revocation().deny()));
        }
        ConnectTls connect = tunnel.connect().tls();
        if (connect != null) {
            named.add(connect.revocation().deny());
        }
        return named.files;
    }

    private void keys(@Nullable KeySources keys) {
        if (keys != null) {
            files.addAll(keys.certificates());
            files.addAll(keys.keys());
            keys.tokens().certificates().forEach(uri -> add(uri.pin().source()));
            keys.tokens().keys().forEach(uri -> add(uri.pin().source()));
        }
    }

    private void revocation(Revocation revocation) {
        files.addAll(revocation.crls());
        add(revocation.deny());
    }

    private void add(@Nullable Path file) {
        if (file != null) {
            files.add(file);
        }
    }
}

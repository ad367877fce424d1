package io.ferrule.stunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A configuration that was read on a machine that knows few names, and what was logged meanwhile. */
final class Reading {
    /** Knows addresses, localhost, the port of https, and the user and the group redis. */
    static final StunnelHost HOST = new StunnelHost() {
        @Override
        public List<InetAddress> addresses(String host) throws UnknownHostException {
            if (!host.matches("[0-9.]+|[0-9a-f:]*:[0-9a-f:]*|localhost")) {
                throw new UnknownHostException(host);
            }
            return List.of(InetAddress.getByName(host.equals("localhost") ? "127.0.0.1" : host));
        }

        @Override
        public OptionalInt port(String service) {
            return service.equals("https") ? OptionalInt.of(443) : OptionalInt.empty();
        }

        @Override
        public OptionalInt user(String name) {
            return name.equals("redis") ? OptionalInt.of(999) : OptionalInt.empty();
        }

        @Override
        public OptionalInt group(String name) {
            return user(name);
        }
    };

    private final List<String> lines = new ArrayList<>();
    private final @Nullable StunnelConfig config;
    private final @Nullable StunnelException error;

    private Reading(StunnelSource source, ServiceCheck check) {
        StunnelConfig read = null;
        StunnelException failed = null;
        try {
            read = StunnelReader.read(
                    source, HOST, check, (level, id, text) -> lines.add(level + "[" + id + "]: " + text));
        } catch (StunnelException e) {
            failed = e;
        }
        config = read;
        error = failed;
    }

    /** A text that errors call {@code t.conf}. */
    static Reading of(String text) {
        return new Reading(new StunnelSource.Text("t.conf", text), ServiceCheck.NONE);
    }

    /** One whose services are looked at. */
    static Reading of(String text, ServiceCheck check) {
        return new Reading(new StunnelSource.Text("t.conf", text), check);
    }

    static Reading file(Path file) {
        return new Reading(new StunnelSource.File(file.toString()), ServiceCheck.NONE);
    }

    static Reading descriptor(String number) {
        return new Reading(new StunnelSource.Descriptor(number), ServiceCheck.NONE);
    }

    /** A section that lacks nothing, with these lines in it. */
    static Reading client(String... more) {
        return of("[s]\nclient = yes\naccept = 127.0.0.1:1\nconnect = 127.0.0.1:2\n" + String.join("\n", more));
    }

    StunnelConfig config() {
        assertThat(error).as(String.join("\n", lines)).isNull();
        return Objects.requireNonNull(config);
    }

    /** The last service. */
    StunnelService service() {
        List<StunnelService> services = config().services();
        return services.get(services.size() - 1);
    }

    StunnelException error() {
        assertThat(error).as("it was read without an error").isNotNull();
        return Objects.requireNonNull(error);
    }

    /** All lines, such as {@code 5[ui]: Configuration successful}. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** What stunnel itself says at level 3. */
    List<String> errors() {
        String remedy = error == null ? "" : error.remedy();
        return lines.stream()
                .filter(line -> line.startsWith("3[ui]: "))
                .map(line -> line.substring("3[ui]: ".length()))
                .filter(line -> !line.equals(remedy))
                .toList();
    }

    /** Writes a file, and returns it. */
    static Path write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

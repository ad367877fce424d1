package io.ferrule.app;

import io.ferrule.config.AcceptTls;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Pin;
import io.ferrule.config.Problem;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.PinFile;
import io.ferrule.tunnel.TunnelMaterial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files into which tunnels write their pins for those who are to trust them. */
final class PublishedPins {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedPins.class);

    private PublishedPins() {}

    /** What is done for one tunnel; {@code pins} is empty while its certificate is not yet made. */
    private interface Step {
        void take(TunnelMaterial tunnel, Path file, List<Pin> pins) throws OperatorException;
    }

    /**
     * Writes the pin of each tunnel that publishes it. Blocks.
     *
     * @throws OperatorException with every file that cannot be written
     */
    static void write(List<TunnelMaterial> tunnels) throws OperatorException {
        each(tunnels, (tunnel, file, pins) -> {
            if (!pins.isEmpty()) {
                boolean written = PinFile.write(file, pins);
                pins.forEach(pin -> LOG.atInfo()
                        .addKeyValue("tunnel", tunnel.config().name())
                        .addKeyValue("pin", pin)
                        .addKeyValue("file", file)
                        .log(written ? "pin published" : "pin stands published"));
            }
        });
    }

    /**
     * Tells whether that would succeed, and writes nothing.
     *
     * @throws OperatorException with every file that could not be written
     */
    static void check(List<TunnelMaterial> tunnels) throws OperatorException {
        each(tunnels, (tunnel, file, pins) -> {
            if (pins.isEmpty()) {
                PinFile.check(file);
            } else {
                PinFile.check(file, pins);
            }
        });
    }

    /** Where the tunnel publishes its pin; null if it does not. */
    static @Nullable Path file(TunnelMaterial tunnel) {
        AcceptTls tls = tunnel.config().accept().tls();
        return tls == null ? null : tls.publishPin();
    }

    private static void each(List<TunnelMaterial> tunnels, Step step) throws OperatorException {
        List<Problem> problems = new ArrayList<>();
        for (TunnelMaterial tunnel : tunnels) {
            Path file = file(tunnel);
            if (file != null) {
                try {
                    step.take(
                            tunnel,
                            file,
                            tunnel.accept().stream().map(KeyMaterial::pin).toList());
                } catch (OperatorException e) {
                    e.problems().forEach(p -> problems.add(new Problem("publish-pin: " + p.where(), p.message())));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new OperatorException(problems);
        }
    }
}

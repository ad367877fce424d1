package io.ferrule.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a listening socket is set to before it is bound, and whose file it is.
 *
 * @param settings in the order in which they are set
 * @param owner of a Unix socket; null for whoever runs the program
 */
public record ListenOptions(List<SocketSetting> settings, @Nullable SocketOwner owner) {
    /** As the kernel has it. */
    public static final ListenOptions DEFAULT = new ListenOptions(List.of(), null);

    public ListenOptions {
        settings = List.copyOf(settings);
    }
}

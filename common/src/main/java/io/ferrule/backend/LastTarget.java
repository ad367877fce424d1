package io.ferrule.backend;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a session went that is now continued: its next connection goes there too if it can.
 *
 * @param address null if that is not known any more
 */
public record LastTarget(@Nullable SocketAddress address) {}

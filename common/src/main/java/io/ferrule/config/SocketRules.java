package io.ferrule.config;

import java.util.List;

/**
 * What a tunnel's sockets are set to besides what every one is; only stunnel's configuration asks for any of it.
 *
 * @param accepted of a client's connection, set as soon as it is accepted
 * @param connected of the connection to the target, set as soon as it stands
 * @param showsClient true if the target sees the client's address (IP_TRANSPARENT, ip(7))
 */
public record SocketRules(
        ListenOptions listen, List<SocketSetting> accepted, List<SocketSetting> connected, boolean showsClient) {
    /** Nothing. */
    public static final SocketRules NONE = new SocketRules(ListenOptions.DEFAULT, List.of(), List.of(), false);

    public SocketRules {
        accepted = List.copyOf(accepted);
        connected = List.copyOf(connected);
    }
}

package io.ferrule.config;

/**
 * Who a Unix socket's file belongs to.
 *
 * @param user 0 leaves it as it is
 * @param group 0 leaves it as it is
 * @param shared true if the group's members may connect too
 */
public record SocketOwner(int user, int group, boolean shared) {}

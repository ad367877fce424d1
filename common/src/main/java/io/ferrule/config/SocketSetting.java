package io.ferrule.config;

/**
 * An option of a socket, to be set as the kernel has it (socket(7), tcp(7), ip(7), ipv6(7)).
 *
 * @param name the kernel's, such as {@code SO_RCVBUF}
 */
public record SocketSetting(String name, Value value) {
    /** What it is set to. */
    public sealed interface Value {}

    /** A number; of a flag 1 or 0. */
    public record Whole(int number) implements Value {}

    /** SO_LINGER. */
    public record Linger(int on, int seconds) implements Value {}

    /** SO_RCVTIMEO and SO_SNDTIMEO. */
    public record Time(long seconds, long microseconds) implements Value {}

    /** The name of a device. */
    public record Text(String text) implements Value {}
}

package io.ferrule.net;

import io.ferrule.config.SocketSetting;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The socket options that can be set by name, with their numbers in Linux (asm-generic/socket.h, linux/tcp.h, linux/in.h, linux/in6.h). */
enum KernelOption {
    SO_DEBUG(Level.SOCKET, 1),
    SO_DONTROUTE(Level.SOCKET, 5),
    SO_KEEPALIVE(Level.SOCKET, 9),
    SO_LINGER(Level.SOCKET, 13),
    SO_OOBINLINE(Level.SOCKET, 10),
    SO_RCVBUF(Level.SOCKET, 8),
    SO_SNDBUF(Level.SOCKET, 7),
    SO_RCVLOWAT(Level.SOCKET, 18),
    SO_SNDLOWAT(Level.SOCKET, 19),
    SO_RCVTIMEO(Level.SOCKET, 20),
    SO_SNDTIMEO(Level.SOCKET, 21),
    SO_REUSEADDR(Level.SOCKET, 2),
    SO_BINDTODEVICE(Level.SOCKET, 25),
    TCP_KEEPCNT(Level.TCP, 6),
    TCP_KEEPIDLE(Level.TCP, 4),
    TCP_KEEPINTVL(Level.TCP, 5),
    TCP_MAXSEG(Level.TCP, 2),
    TCP_NODELAY(Level.TCP, 1),
    IP_TOS(Level.IP, 1),
    IP_TTL(Level.IP, 2),
    IP_FREEBIND(Level.IP, 15),
    IPV6_V6ONLY(Level.IPV6, 26);

    private enum Level {
        SOCKET(1),
        TCP(6),
        IP(0),
        IPV6(41);

        private final int number;

        Level(int number) {
            this.number = number;
        }
    }

    private final Level level;
    private final int number;

    KernelOption(Level level, int number) {
        this.level = level;
        this.number = number;
    }

    boolean isOfIpv6() {
        return level == Level.IPV6;
    }

    /** The option as Netty's native channels take it, for a value of so many bytes. */
    RawUnixChannelOption raw(int bytes) {
        return new RawUnixChannelOption("ferrule-" + name() + '-' + bytes, level.number, number, bytes);
    }

    /** The value in the kernel's form. */
    static ByteBuffer bytes(SocketSetting.Value value) {
        if (value instanceof SocketSetting.Whole whole) {
            return buffer(Integer.BYTES).putInt(whole.number()).flip();
        }
        if (value instanceof SocketSetting.Linger linger) {
            return buffer(2 * Integer.BYTES)
                    .putInt(linger.on())
                    .putInt(linger.seconds())
                    .flip();
        }
        if (value instanceof SocketSetting.Time time) { // struct timeval of 64-bit systems
            return buffer(2 * Long.BYTES)
                    .putLong(time.seconds())
                    .putLong(time.microseconds())
                    .flip();
        }
        byte[] text = ((SocketSetting.Text) value).text().getBytes(StandardCharsets.UTF_8);
        return buffer(text.length + 1).put(text).put((byte) 0).flip();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}

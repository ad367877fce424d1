package io.ferrule.net;

import io.netty.channel.unix.Errors.NativeIoException;
import java.io.FileNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's errors that Ferrule tells apart. Netty's natives give a number, the Java runtime only the C library's text,
 * and that in English because it does not set the C locale's messages.
 */
public enum Errno {
    EACCES(13, 13, "Permission denied"),
    EADDRINUSE(98, 48, "Address already in use"),
    EADDRNOTAVAIL(99, 49, "Cannot assign requested address"),
    EAGAIN(11, 35, "Resource temporarily unavailable"),
    ECONNREFUSED(111, 61, "Connection refused"),
    EINVAL(22, 22, "Invalid argument"),
    EHOSTUNREACH(113, 65, "No route to host"),
    EMFILE(24, 24, "Too many open files"),
    ENETUNREACH(101, 51, "Network is unreachable"),
    ENODEV(19, 19, "No such device"),
    ENFILE(23, 23, "Too many open files in system"),
    ENOBUFS(105, 55, "No buffer space available"),
    ENOENT(2, 2, "No such file or directory"),
    ENOMEM(12, 12, "Cannot allocate memory"),
    ENOPROTOOPT(92, 42, "Protocol not available"),
    EOPNOTSUPP(95, 102, "Operation not supported"),
    EPERM(1, 1, "Operation not permitted");

    private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");

    private final int linux;
    private final int bsd;
    private final String text;

    Errno(int linux, int bsd, String text) {
        this.linux = linux;
        this.bsd = bsd;
        this.text = text;
    }

    /** The error behind an exception of any transport; null if it is none of these. */
    public static @Nullable Errno of(Throwable thrown) {
        Errno best = null;
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            for (Errno errno : values()) {
                // The longer text wins: one is the beginning of another.
                if (errno.isMeantBy(t) && (best == null || errno.text.length() > best.text.length())) {
                    best = errno;
                }
            }
            if (best != null) {
                return best;
            }
        }
        return null;
    }

    /** The error in words, such as "connection refused". */
    public String words() {
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    /** The error as the system's programs tell it, such as {@code Connection refused (111)}. */
    public String told() {
        return text + " (" + (LINUX ? linux : bsd) + ")";
    }

    /** The same of an error of any transport; its own message if it is none of these. */
    public static String told(Throwable thrown) {
        Errno errno = of(thrown);
        return errno == null ? String.valueOf(thrown.getMessage()) : errno.told();
    }

    /** The same of an error's number. */
    public static String told(int number) {
        for (Errno errno : values()) {
            if ((LINUX ? errno.linux : errno.bsd) == number) {
                return errno.told();
            }
        }
        return "Unknown error " + number + " (" + number + ")";
    }

    private boolean isMeantBy(Throwable thrown) {
        if (thrown instanceof NativeIoException fromNative) {
            return fromNative.expectedErr() == -(LINUX ? linux : bsd);
        }
        if (thrown instanceof FileNotFoundException) { // Netty's Errors.throwConnectException, without a message
            return this == ENOENT;
        }
        String message = thrown.getMessage();
        return message != null && message.replace("Can't", "Cannot").contains(text); // "Can't" is macOS
    }
}

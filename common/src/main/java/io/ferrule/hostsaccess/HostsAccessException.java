package io.ferrule.hostsaccess;

/** A rule cannot be understood, or a file not be read. Its message is a sentence for the operator. */
public final class HostsAccessException extends Exception {
    private static final long serialVersionUID = 1L;

    HostsAccessException(String message) {
        super(message);
    }
}

package io.ferrule.tls;

/** TLS cannot be set up as configured: the engine is missing on this machine, or refuses a setting. */
public final class TlsSetupException extends Exception {
    TlsSetupException(String message, Throwable cause) {
        super(message, cause);
    }
}

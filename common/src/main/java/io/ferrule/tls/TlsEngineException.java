package io.ferrule.tls;

/** BoringSSL failed on a connection; the message is its own name for the reason, such as {@code BAD_DECRYPT}. */
final class TlsEngineException extends Exception {
    TlsEngineException(String error) {
        super(error, null, false, false);
    }

    String error() {
        return String.valueOf(getMessage());
    }
}

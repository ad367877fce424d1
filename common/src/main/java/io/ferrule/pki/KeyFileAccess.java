package io.ferrule.pki;

import io.ferrule.config.OperatorException;
import io.ferrule.config.PrivateFile;
import java.nio.file.Path;

/** Files that hold a private key, whether or not a certificate is in them too, are their owner's alone: {@link PrivateFile}. */
final class KeyFileAccess {
    private KeyFileAccess() {}

    static void check(Path path) throws OperatorException {
        PrivateFile.check(path, "the private key");
    }
}

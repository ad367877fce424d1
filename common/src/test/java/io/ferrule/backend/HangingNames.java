package io.ferrule.backend;

import java.net.UnknownHostException;
import java.util.concurrent.CountDownLatch;

/** A name service that does not answer. */
public final class HangingNames {
    private HangingNames() {}

    /** Each look-up lasts until the resolver is closed. */
    public static NameResolver resolver() {
        return new NameResolver(host -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(host);
        });
    }
}

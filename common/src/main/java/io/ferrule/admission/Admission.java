package io.ferrule.admission;

import io.ferrule.connection.CloseReason;
import java.util.concurrent.atomic.AtomicBoolean;

/** The answer of a limit: a place that is taken, or why there is none. */
public sealed interface Admission {

    /** Nothing was taken, nothing has to be given back. */
    record Refused(CloseReason reason) implements Admission {}

    /** A place taken. Whoever holds it gives it back, from any thread. */
    final class Permit implements Admission {
        private final AtomicBoolean released = new AtomicBoolean();
        private final Runnable giveBack;

        Permit(Runnable giveBack) {
            this.giveBack = giveBack;
        }

        /** Gives the place back; only the first call counts. */
        public void release() {
            if (released.compareAndSet(false, true)) {
                giveBack.run();
            }
        }
    }
}

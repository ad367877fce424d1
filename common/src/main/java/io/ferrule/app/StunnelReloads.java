package io.ferrule.app;

import io.ferrule.config.OperatorException;
import io.ferrule.config.Problem;
import io.ferrule.config.ProcessConfig;
import io.ferrule.stunnel.ProcessLines;
import java.util.function.BooleanSupplier;

/** Tells of reloads as stunnel does, and puts in force what tunnels know nothing of: where lines go, and which. */
final class StunnelReloads implements ReloadListener {
    private final ProcessLines lines;
    private final ServiceManager manager;
    private final BooleanSupplier told;
    private final Runnable inForce;

    /**
     * Of one process.
     *
     * @param told whether the reason of a failure stands in the log already
     * @param inForce puts in force what was read last
     */
    StunnelReloads(ProcessLines lines, ServiceManager manager, BooleanSupplier told, Runnable inForce) {
        this.lines = lines;
        this.manager = manager;
        this.told = told;
        this.inForce = inForce;
    }

    @Override
    public void began() {
        manager.reloading();
    }

    @Override
    public void applied(ProcessConfig config) {
        inForce.run();
    }

    @Override
    public boolean refused(OperatorException why) {
        if (!told.getAsBoolean()) {
            lines.errors(why.problems().stream().map(Problem::toString).toList());
        }
        return true;
    }

    @Override
    public void ended(String failure) {
        if (!failure.isEmpty()) {
            lines.reloadFailed();
        }
        manager.reloaded(failure);
    }
}

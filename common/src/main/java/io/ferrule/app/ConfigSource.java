package io.ferrule.app;

import io.ferrule.config.OperatorException;
import io.ferrule.config.ProcessConfig;
import java.nio.file.Path;
import java.util.Set;

/** Where a process is told what to do: command line, environment and file. It is read at the start and at each reload. */
@FunctionalInterface
interface ConfigSource {
    /**
     * Reads and checks all of it.
     *
     * @param files gets every file that was read, or could not be; also if this throws
     * @throws OperatorException with all problems
     */
    ProcessConfig read(Set<Path> files) throws OperatorException;
}

package io.ferrule.admission;

import io.ferrule.config.OperatorException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The deny lists of a process: one for each file, the same object however often the file is read. Any thread may call. */
public final class DenyLists {
    private final Map<Path, DenyList> byFile = new HashMap<>();

    /**
     * Reads a file into its list, which whoever was given it earlier sees too. Blocks: do not call it on an event loop.
     *
     * @throws OperatorException as {@link DenyFile#read}; then the list is as it was
     */
    public synchronized DenyList read(Path file) throws OperatorException {
        DenyList.Entries entries = DenyFile.read(file);
        DenyList list = byFile.computeIfAbsent(file, any -> new DenyList());
        list.replace(entries);
        return list;
    }
}

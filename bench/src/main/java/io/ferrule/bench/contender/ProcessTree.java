package io.ferrule.bench.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux counts for processes and their descendants, from /proc. */
final class ProcessTree {
    private final double ticksPerSecond;

    ProcessTree() throws IOException {
        this.ticksPerSecond =
                Double.parseDouble(Programs.output("getconf", "CLK_TCK").strip());
    }

    /** User and system time so far of all living processes of these trees, in seconds; ended workers are not in it. */
    double cpuSeconds(List<Process> roots) throws IOException {
        long ticks = 0;
        for (long pid : pids(roots)) {
            ticks += ticks(read(pid, "stat"));
        }
        return ticks / ticksPerSecond;
    }

    /** What these trees hold in memory, in bytes; pages that processes share are divided among them in PSS. */
    Memory memory(List<Process> roots) throws IOException {
        Memory sum = new Memory(0, 0);
        for (long pid : pids(roots)) {
            sum = sum.plus(memory(read(pid, "smaps_rollup")));
        }
        return sum;
    }

    /** The fields utime and stime of a line of /proc/PID/stat (proc(5)), whose second field may hold blanks and brackets. */
    static long ticks(String stat) {
        int end = stat.lastIndexOf(')');
        if (end < 0) {
            return 0;
        }
        String[] fields = stat.substring(end + 1).strip().split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    static Memory memory(String rollup) {
        return new Memory(bytes(rollup, "Pss:"), bytes(rollup, "Rss:"));
    }

    private static long bytes(String rollup, String key) {
        return rollup.lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .sum();
    }

    private static List<Long> pids(List<Process> roots) {
        return roots.stream()
                .map(Process::toHandle)
                .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
                .map(ProcessHandle::pid)
                .toList();
    }

    /** Empty when the process has ended since. */
    private static String read(long pid, String file) throws IOException {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/" + file));
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}

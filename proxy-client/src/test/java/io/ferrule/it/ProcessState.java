package io.ferrule.it;

import io.ferrule.testing.LeftOut;
import io.ferrule.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Linux knows of a process: its descriptors and its memory. */
final class ProcessState {
    private final String pid;
    private final Path proc;

    private ProcessState(long pid) {
        this.pid = Long.toString(pid);
        this.proc = Path.of("/proc", this.pid);
        if (!Files.isDirectory(proc)) {
            throw LeftOut.skip("descriptors and memory of a process", "this system has no /proc");
        }
    }

    static ProcessState of(Program program) {
        return new ProcessState(program.process().pid());
    }

    static ProcessState ofThisJvm() {
        return new ProcessState(ProcessHandle.current().pid());
    }

    String pid() {
        return pid;
    }

    /** Processor time that it has used so far. */
    Duration cpuTime() {
        return ProcessHandle.of(Long.parseLong(pid))
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
    }

    /** Open file descriptors. */
    long descriptors() {
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Descriptors that it may have, its hard limit: the JVM raises its soft one to that. */
    long descriptorLimit() {
        String hard = word(4, line("limits", "Max open files"));
        return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
    }

    long residentBytes() {
        return Long.parseLong(word(1, line("status", "VmRSS:"))) << 10;
    }

    private static String word(int index, String line) {
        return Pattern.compile("\\s+")
                .splitAsStream(line)
                .skip(index)
                .findFirst()
                .orElseThrow();
    }

    private String line(String file, String prefix) {
        try (Stream<String> lines = Files.lines(proc.resolve(file))) {
            return lines.filter(line -> line.startsWith(prefix)).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

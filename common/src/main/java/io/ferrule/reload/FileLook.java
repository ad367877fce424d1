package io.ferrule.reload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How files were when somebody looked: which file each name led to, over which links, and when that was last changed. Of a
 * directory the entries count too, but not those whose name begins with a dot: they are half-written, or the links inside a
 * Kubernetes volume. Two looks are equal if nothing has changed between them.
 */
public final class FileLook {
    private static final int MOST_LINKS = 40; // as Linux has it, path_resolution(7)
    private static final int MOST_ENTRIES = 10_000;
    private static final int MOST_CONTENT = 1 << 20;

    /**
     * The kernel dates changes by a clock that turns every few milliseconds. Of a file changed just before a look another change may
     * have the same date, so its content counts too, as in git ("racy-git").
     */
    private static final Duration RECENT = Duration.ofMillis(50);

    private final Map<Path, String> states;
    private final Set<Path> directories;
    private final Instant newest;
    private final Set<String> recent; // attributes of the files whose content counts

    private FileLook(Map<Path, String> states, Set<Path> directories, Instant newest, Set<String> recent) {
        this.recent = Collections.unmodifiableSet(recent);
        this.states = Collections.unmodifiableMap(states);
        this.directories = Collections.unmodifiableSet(directories);
        this.newest = newest;
    }

    /** Looks now. Files that do not exist, or may not be looked at, are looked at as such. */
    public static FileLook at(Set<Path> files) {
        return at(files, Set.of());
    }

    private static FileLook at(Set<Path> files, Set<String> recent) {
        Looking looking = new Looking(recent);
        Map<Path, String> states = new LinkedHashMap<>();
        for (Path file : files) {
            Path absolute = file.toAbsolutePath();
            states.put(absolute, looking.file(absolute));
        }
        return new FileLook(states, looking.directories, looking.newest, looking.recent);
    }

    /** The files looked at, as absolute names. */
    public Set<Path> files() {
        return states.keySet();
    }

    /** The directories whose entries decide what the names lead to; those that exist. */
    Set<Path> directories() {
        return directories;
    }

    /** The same files, as they are now. */
    public FileLook again() {
        return at(files(), recent);
    }

    /** True if one of them has been changed at this moment or later. */
    public boolean changedSince(Instant moment) {
        return !newest.isBefore(moment);
    }

    /** Of these files, but as an earlier look had those that it has too. */
    public FileLook or(FileLook earlier) {
        Map<Path, String> merged = new LinkedHashMap<>(states);
        merged.replaceAll((file, state) -> earlier.states.getOrDefault(file, state));
        return new FileLook(merged, directories, newest, both(recent, earlier.recent));
    }

    /** Of these files, and of those that only the other has. */
    public FileLook and(FileLook other) {
        Map<Path, String> merged = new LinkedHashMap<>(other.states);
        merged.putAll(states);
        Set<Path> all = new LinkedHashSet<>(directories);
        all.addAll(other.directories);
        return new FileLook(
                merged, all, newest.isAfter(other.newest) ? newest : other.newest, both(recent, other.recent));
    }

    private static Set<String> both(Set<String> one, Set<String> other) {
        Set<String> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileLook look && look.states.equals(states);
    }

    @Override
    public int hashCode() {
        return states.hashCode();
    }

    private static final class Looking {
        private final Instant now = Instant.now();
        private final Set<String> earlier;
        private final Set<String> recent = new HashSet<>();
        private final Set<Path> directories = new LinkedHashSet<>();
        private Instant newest = Instant.MIN;

        Looking(Set<String> earlier) {
            this.earlier = earlier;
        }

        String file(Path name) {
            StringBuilder state = new StringBuilder();
            Path file = follow(name, state);
            if (file != null && Files.isDirectory(file)) {
                directories.add(file);
                entries(file, state);
            }
            return state.toString();
        }

        /** Where the name leads, one step after the other; null if nowhere. Every directory is without links itself. */
        private @Nullable Path follow(Path name, StringBuilder state) {
            Deque<Path> steps = new ArrayDeque<>();
            name.forEach(steps::add);
            Path at = name.getRoot();
            int links = 0;
            while (!steps.isEmpty()) {
                Path step = steps.pop();
                if (step.toString().equals("..")) {
                    at = at.getParent() == null ? at : at.getParent();
                    continue;
                }
                Path next = at.resolve(step);
                if (Files.isSymbolicLink(next)) {
                    directories.add(at);
                    Path target = target(next);
                    if (target == null || ++links > MOST_LINKS) {
                        return null;
                    }
                    state.append(" -> ").append(target);
                    List<Path> further = new ArrayList<>();
                    target.forEach(further::add);
                    Collections.reverse(further);
                    further.forEach(steps::push);
                    at = target.isAbsolute() ? target.getRoot() : at;
                } else if (Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                    if (steps.isEmpty()) {
                        directories.add(at);
                        state.append(' ').append(attributes(next));
                    }
                    at = next;
                } else {
                    directories.add(at); // where it may appear
                    return null;
                }
            }
            return at;
        }

        private static @Nullable Path target(Path link) {
            try {
                return Files.readSymbolicLink(link);
            } catch (IOException e) {
                return null; // gone again already
            }
        }

        private void entries(Path directory, StringBuilder state) {
            List<Path> names = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    if (!entry.getFileName().toString().startsWith(".") && names.size() < MOST_ENTRIES) {
                        names.add(entry);
                    }
                }
            } catch (IOException | java.nio.file.DirectoryIteratorException e) {
                state.append(" unreadable");
            }
            Collections.sort(names);
            for (Path name : names) {
                state.append('\n').append(name.getFileName());
                follow(name, state);
            }
        }

        private String attributes(Path file) {
            try {
                if (Files.isDirectory(file)) {
                    return "directory";
                }
                // The change time shows a change of mode or owner too, and cannot be set back (inode(7)).
                Map<String, Object> seen = Files.readAttributes(file, "unix:ino,dev,size,mode,ctime,lastModifiedTime");
                String attributes = seen.get("dev") + " " + seen.get("ino") + " " + seen.get("size") + " "
                        + seen.get("mode") + " " + seen.get("ctime") + " " + seen.get("lastModifiedTime");
                return seen.get("ctime") instanceof FileTime changed ? noted(file, attributes, changed) : attributes;
            } catch (UnsupportedOperationException | IllegalArgumentException notUnix) {
                return basic(file);
            } catch (IOException e) {
                return "unreadable";
            }
        }

        private String basic(Path file) {
            try {
                BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
                return noted(
                        file,
                        seen.fileKey() + " " + seen.size() + " " + seen.lastModifiedTime(),
                        seen.lastModifiedTime());
            } catch (IOException e) {
                return "unreadable";
            }
        }

        private String noted(Path file, String attributes, FileTime changed) {
            Instant at = changed.toInstant();
            newest = at.isAfter(newest) ? at : newest;
            if (at.isBefore(now.minus(RECENT)) && !earlier.contains(attributes)) {
                return attributes;
            }
            recent.add(attributes);
            return attributes + " " + content(file);
        }

        private static String content(Path file) {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(in.readNBytes(MOST_CONTENT));
                return HexFormat.of().formatHex(digest);
            } catch (IOException e) {
                return "unreadable";
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java runtime has SHA-256", e);
            }
        }
    }
}

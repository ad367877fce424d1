package io.ferrule.stunnel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The user and the group that this process runs as, as far as the system tells.
 *
 * @param user -1 if it does not
 * @param group -1 if it does not
 */
record ProcessOwner(int user, int group) {
    private static final Path SELF = Path.of("/proc/self");

    /** Of this process. */
    static ProcessOwner current() {
        return new ProcessOwner(number("unix:uid"), number("unix:gid"));
    }

    /** True of a user and a group that are this process's, or not named. */
    boolean is(StunnelService.Owner asked) {
        return (asked.user() == 0 || asked.user() == user) && (asked.group() == 0 || asked.group() == group);
    }

    private static int number(String attribute) {
        try {
            // The link itself: the kernel gives it and what it leads to the process's own user.
            return Files.getAttribute(SELF, attribute, LinkOption.NOFOLLOW_LINKS) instanceof Integer number
                    ? number
                    : -1;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return -1; // not Linux
        }
    }
}

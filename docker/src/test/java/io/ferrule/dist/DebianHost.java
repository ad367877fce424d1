package io.ferrule.dist;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.ferrule.testing.CommandResult;
import io.ferrule.testing.TestImages;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.utility.MountableFile;

/** A Debian in a container, with systemd as its first process, a Java, and a Redis that is not started. */
final class DebianHost implements AutoCloseable {
    /** Made once and kept, because it takes a minute or two. */
    private static final String IMAGE = "ferrule-test/debian-host";

    private static final String PACKAGES =
            "systemd systemd-sysv dbus adduser openjdk-17-jre-headless redis-server procps";

    /** What systemd needs where an engine may not give every capability. */
    private static final List<Capability> CAPABILITIES = Stream.of(
                    "SYS_ADMIN SYS_PTRACE NET_ADMIN SYS_CHROOT SYS_NICE SYS_TIME SYS_TTY_CONFIG SYS_BOOT LINUX_IMMUTABLE"
                            + " DAC_READ_SEARCH IPC_LOCK IPC_OWNER AUDIT_CONTROL SYSLOG LEASE BLOCK_SUSPEND")
            .flatMap(names -> Stream.of(names.split(" ", -1)))
            .map(Capability::valueOf)
            .toList();

    private final GenericContainer<?> container;

    private DebianHost(GenericContainer<?> container) {
        this.container = container;
    }

    /** Boots one, with the package as {@code /ferrule.deb}. */
    static DebianHost boot() {
        String image = image();
        try {
            return boot(image, host -> host.withPrivileged(true));
        } catch (ContainerLaunchException notAllowed) {
            return boot(image, host -> host.withCapAdd(CAPABILITIES.toArray(Capability[]::new))
                    .withSecurityOpts(List.of("seccomp=unconfined", "apparmor=unconfined")));
        }
    }

    private static String image() {
        return new ImageFromDockerfile(IMAGE, false)
                .withDockerfileFromBuilder(file -> file.from(TestImages.base())
                        // A slim image leaves manual pages out, and the folders that packages put links into.
                        .run("rm -f /etc/dpkg/dpkg.cfg.d/* && mkdir -p /usr/share/man/man1"
                                + " && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y"
                                + " --no-install-recommends " + PACKAGES + " && rm -rf /var/lib/apt/lists/*"
                                + " && rm -f /usr/sbin/policy-rc.d && systemctl disable redis-server")
                        .build())
                .get();
    }

    @SuppressWarnings("resource") // closed by close
    private static DebianHost boot(String image, java.util.function.Consumer<HostConfig> rights) {
        GenericContainer<?> container = new GenericContainer<>(image)
                .withCommand("/sbin/init")
                .withEnv("container", "docker")
                .withTmpFs(Map.of("/run", "", "/run/lock", "", "/tmp", "exec"))
                .withCreateContainerCmdModifier(create -> rights.accept(Objects.requireNonNull(create.getHostConfig())
                        .withBinds(Bind.parse("/sys/fs/cgroup:/sys/fs/cgroup:rw"))))
                .withCopyFileToContainer(MountableFile.forHostPath(Shipped.deb()), "/ferrule.deb")
                .withStartupCheckStrategy(new IsRunningStartupCheckStrategy())
                .withStartupAttempts(1);
        try {
            container.start();
        } catch (RuntimeException e) {
            container.stop();
            throw e;
        }
        DebianHost host = new DebianHost(container);
        try {
            host.sh("timeout 60 sh -c 'until systemctl is-system-running 2>&1 | grep -qE \"running|degraded\"; do"
                    + " sleep 0.2; done'");
            return host;
        } catch (AssertionError e) {
            host.close();
            throw e;
        }
    }

    /** Runs a line of sh as root. */
    CommandResult trySh(String line) {
        try {
            ExecResult result = container.execInContainer("timeout", "120", "sh", "-c", line);
            return new CommandResult(result.getExitCode(), (result.getStdout() + result.getStderr()).stripTrailing());
        } catch (IOException e) {
            throw new AssertionError(line, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(line, e);
        }
    }

    /** What a line of sh prints, if it succeeds. */
    String sh(String line) {
        CommandResult result = trySh(line);
        if (result.exitCode() != 0) {
            throw new AssertionError(line + "\nexit status " + result.exitCode() + ":\n" + result.output());
        }
        return result.output();
    }

    /** One property of a unit. */
    String show(String unit, String property) {
        return sh("systemctl show --value -p " + property + " " + unit);
    }

    /** How long one may wait for a service. */
    static Duration limit() {
        return Duration.ofSeconds(40);
    }

    @Override
    public void close() {
        container.stop();
    }
}

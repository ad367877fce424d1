package io.ferrule.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ferrule.testing.NeedsDocker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The package in a clean Debian with systemd: what an installation, an upgrade, a removal and a purge do. */
@NeedsDocker("base")
class DebIT {
    /** What the commands about the service's clients are told. */
    private static final String STATE = " --state-directory /var/lib/ferrule/server";

    private static final String INVITE = "proxy-server invite app --config /etc/ferrule/server.yaml" + STATE
            + " --address 127.0.0.1:46379 --out /root/app.ferrule";
    private static final String HANDED_OVER =
            "install -o root -g ferrule -m 0640 /root/app.ferrule /etc/ferrule/tls/app.ferrule"
                    + " && sed -i 's/^#invitation:/invitation:/' /etc/ferrule/client.yaml";

    @SuppressWarnings("NullAway.Init")
    private DebianHost host;

    @BeforeEach
    void boot() {
        host = DebianHost.boot();
    }

    @AfterEach
    void shutDown() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void installationStartsNothingAndLetsOnlyTheServiceReadKeys() {
        assertThat(host.sh("dpkg -i /ferrule.deb")).doesNotContain("warning", "error");
        assertThat(host.sh("dpkg --verify ferrule")).isEmpty();
        assertThat(host.sh(
                                "cd / && stat -c '%A %U:%G %n' etc/ferrule etc/ferrule/* var/lib/ferrule usr/bin/proxy-server"
                                        + " usr/share/ferrule/bin/ferrule usr/share/ferrule/lib/ferrule.jar")
                        .lines())
                .containsExactly(
                        "drwxr-xr-x root:root etc/ferrule",
                        "-rw-r--r-- root:root etc/ferrule/client.yaml",
                        "-rw-r--r-- root:root etc/ferrule/jvm.options",
                        "-rw-r--r-- root:root etc/ferrule/server.yaml",
                        "drwxr-x--- root:ferrule etc/ferrule/tls",
                        "drwxr-x--- ferrule:ferrule var/lib/ferrule",
                        "lrwxrwxrwx root:root usr/bin/proxy-server",
                        "-rwxr-xr-x root:root usr/share/ferrule/bin/ferrule",
                        "-rw-r--r-- root:root usr/share/ferrule/lib/ferrule.jar");
        assertThat(host.sh("getent passwd ferrule")).endsWith(":/var/lib/ferrule:/usr/sbin/nologin");
        for (String unit : new String[] {"ferrule-server", "ferrule-client"}) {
            assertThat(host.show(unit, "LoadState")).isEqualTo("loaded");
            assertThat(host.show(unit, "ActiveState")).isEqualTo("inactive");
            assertThat(host.show(unit, "UnitFileState")).isEqualTo("disabled");
        }
        assertThat(host.sh("ferrule version && proxy-server version && proxy-client version"))
                .contains("proxy-client");
    }

    @Test
    void onlyNativesOfLinuxAreInIt() {
        assertThat(host.sh("dpkg-deb -c /ferrule.deb"))
                .contains("linux-x86_64.jar", "linux-aarch_64.jar")
                .doesNotContain("osx", "windows");
    }

    @Test
    void serverThatWasToldNothingStartsAndLetsNobodyIn() {
        host.sh("dpkg -i /ferrule.deb && proxy-server check --config /etc/ferrule/server.yaml");
        host.sh("systemctl start redis-server ferrule-server");
        awaitJournal("ferrule-server", "nobody is invited, so nobody gets in");

        tellTheClientThePin();
        host.sh("systemctl start ferrule-client");
        assertThat(host.trySh("redis-cli -p 56379 PING").output()).doesNotContain("PONG");
        awaitJournal("ferrule-server", "no_certificate");
    }

    @Test
    void clientWithNeitherInvitationNorPinDoesNotStart() {
        host.sh("dpkg -i /ferrule.deb");
        assertThat(host.trySh("systemctl start ferrule-client").exitCode()).isNotZero();
        assertThat(host.show("ferrule-client", "ExecMainStatus")).isEqualTo("2");
        assertThat(host.show("ferrule-client", "NRestarts"))
                .as("it would not help")
                .isEqualTo("0");
    }

    @Test
    void invitationOfRootIsNoticedByTheServicesAndSoIsItsEnd() {
        host.sh("dpkg -i /ferrule.deb && systemctl start redis-server ferrule-server");
        String process = host.show("ferrule-server", "MainPID");
        host.sh(INVITE + " && " + HANDED_OVER);
        assertThat(host.sh("stat -c '%U %a' /root/app.ferrule")).isEqualTo("root 600");
        assertThat(
                        host.sh(
                                "find /var/lib/ferrule/server ! -user ferrule -o -perm /077 '(' -name '*.key' -o -name '*.client' ')'"))
                .as("what the service cannot read, or others can")
                .isEmpty();
        host.sh("systemctl start ferrule-client");
        await().atMost(DebianHost.limit()).untilAsserted(() -> assertThat(
                        host.trySh("redis-cli -p 56379 PING").output())
                .isEqualTo("PONG"));
        await().atMost(DebianHost.limit()).untilAsserted(() -> assertThat(host.sh("proxy-server clients" + STATE))
                .contains("app", "active")
                .doesNotContain("never"));

        host.sh("proxy-server revoke app" + STATE);
        await().atMost(DebianHost.limit()).untilAsserted(() -> assertThat(
                        host.trySh("redis-cli -p 56379 PING").output())
                .doesNotContain("PONG"));
        assertThat(host.show("ferrule-server", "MainPID")).isEqualTo(process);
    }

    @Test
    void servicesCarryAPingAndReloadAndStop() {
        host.sh("dpkg -i /ferrule.deb && " + INVITE + " && " + HANDED_OVER);
        host.sh("systemctl start redis-server ferrule-server ferrule-client");
        await().atMost(DebianHost.limit()).untilAsserted(() -> assertThat(
                        host.trySh("redis-cli -p 56379 PING").output())
                .isEqualTo("PONG"));
        assertThat(host.sh("stat -c '%U %a' /var/lib/ferrule/server")).isEqualTo("ferrule 700");

        String process = host.show("ferrule-server", "MainPID");
        host.sh("systemctl reload ferrule-server ferrule-client");
        for (String unit : new String[] {"ferrule-server", "ferrule-client"}) {
            awaitJournal(unit, "reading the configuration anew by=SIGHUP");
            awaitJournal(unit, "the configuration was read anew and is in force");
        }
        assertThat(host.sh("redis-cli -p 56379 PING")).isEqualTo("PONG");
        assertThat(host.show("ferrule-server", "MainPID")).isEqualTo(process);

        host.sh("echo 'log-level: nonsense' >> /etc/ferrule/server.yaml && systemctl reload ferrule-server");
        awaitJournal("ferrule-server", "not reloaded: the running configuration stays in force");
        await().atMost(DebianHost.limit()).untilAsserted(() -> assertThat(host.show("ferrule-server", "StatusText"))
                .contains("reload failed"));
        host.sh("sed -i 's/^log-level: nonsense/max-connections: 5/' /etc/ferrule/server.yaml"
                + " && systemctl reload ferrule-server");
        await().atMost(DebianHost.limit()).untilAsserted(() -> assertThat(host.show("ferrule-server", "StatusText"))
                .isNotEmpty()
                .doesNotContain("reload failed"));
        awaitJournal("ferrule-server", "changed=default");
        assertThat(host.sh("redis-cli -p 56379 PING")).isEqualTo("PONG");
        assertThat(host.show("ferrule-server", "MainPID")).isEqualTo(process);

        host.sh("systemctl stop ferrule-server ferrule-client");
        for (String unit : new String[] {"ferrule-server", "ferrule-client"}) {
            assertThat(host.show(unit, "ActiveState")).isEqualTo("inactive");
            assertThat(host.show(unit, "Result")).isEqualTo("success");
        }
    }

    @Test
    void upgradeKeepsWhatWasEditedAndTheKeysAndRestartsWhatRuns() {
        makeAnOlderOne();
        host.sh("dpkg -i /older.deb && sed -i 's/^#access: anyone/access: anyone/' /etc/ferrule/server.yaml");
        host.sh("echo 'listen: 46380' > /etc/ferrule/second.yaml");
        host.sh("systemctl enable --now ferrule-server ferrule-server@second");
        String keys = keys();
        String process = host.show("ferrule-server", "MainPID");
        String second = host.show("ferrule-server@second", "MainPID");

        host.sh("dpkg -i /ferrule.deb < /dev/null");

        assertThat(host.sh("dpkg-query -W -f '${Version}' ferrule")).startsWith("0.1");
        assertThat(host.sh("grep '^access' /etc/ferrule/server.yaml")).startsWith("access: anyone");
        assertThat(host.sh("cat /etc/ferrule/jvm.options"))
                .as("nobody edited it")
                .doesNotContain("# older");
        assertThat(keys()).isEqualTo(keys);
        await().atMost(DebianHost.limit()).untilAsserted(() -> {
            assertThat(host.show("ferrule-server", "ActiveState")).isEqualTo("active");
            assertThat(host.show("ferrule-server@second", "ActiveState")).isEqualTo("active");
        });
        assertThat(host.show("ferrule-server", "MainPID")).isNotEqualTo(process);
        assertThat(host.show("ferrule-server@second", "MainPID")).isNotEqualTo(second);
        assertThat(host.show("ferrule-server", "UnitFileState")).isEqualTo("enabled");
        assertThat(host.show("ferrule-client", "ActiveState"))
                .as("it did not run")
                .isEqualTo("inactive");
    }

    @Test
    void removalKeepsConfigurationAndKeysUntilThePurge() {
        host.sh("dpkg -i /ferrule.deb && " + INVITE + " && systemctl enable --now ferrule-server");
        String keys = keys();

        host.sh("dpkg -r ferrule");
        assertThat(host.trySh("pgrep -u ferrule").exitCode()).as("nothing runs").isEqualTo(1);
        assertThat(keys()).isEqualTo(keys);
        assertThat(host.trySh("ls /usr/share/ferrule /usr/bin/ferrule").exitCode())
                .isNotZero();

        host.sh("dpkg -i /ferrule.deb && systemctl start ferrule-server");
        assertThat(keys()).as("it is known to its clients by the same pin").isEqualTo(keys);

        host.sh("dpkg -P ferrule && rm /root/app.ferrule");
        assertThat(host.sh("find / -xdev -iname '*ferrule*' -not -path '/ferrule.deb' -not -path '/proc/*'"
                        + " -not -path '/var/log/journal/*'"))
                .isEmpty();
        assertThat(host.trySh("getent passwd ferrule || getent group ferrule").exitCode())
                .isNotZero();
        assertThat(host.sh("systemctl list-units --all --no-legend 'ferrule*'")).isEmpty();

        host.sh("dpkg -i /ferrule.deb");
        assertThat(host.sh("stat -c '%A %U:%G' /var/lib/ferrule")).isEqualTo("drwxr-x--- ferrule:ferrule");
    }

    @Test
    void snapshotIsOlderThanItsRelease() {
        String version = host.sh("dpkg-deb -f /ferrule.deb Version");
        if (version.contains("snapshot")) {
            assertThat(version).contains("~");
            host.sh("dpkg --compare-versions '" + version + "' lt '" + version.replaceFirst("~.*", "") + "'");
        }
    }

    private void awaitJournal(String unit, String words) {
        await().atMost(DebianHost.limit())
                .untilAsserted(() -> assertThat(host.sh("journalctl --no-pager -o cat -u " + unit))
                        .contains(words));
    }

    private void tellTheClientThePin() {
        String pin = host.sh("proxy-server pin /var/lib/ferrule/server/default.crt | grep -o 'sha256/[^ ]*'");
        host.sh("printf 'target: 127.0.0.1:46379\\npin: " + pin + "\\n' >> /etc/ferrule/client.yaml");
    }

    /** What the service made for itself and keeps. */
    private String keys() {
        return host.sh("cd /var/lib/ferrule/server && find . -type f -not -name '.*' | sort | xargs sha256sum");
    }

    /** The same package with a lower version and other defaults. */
    private void makeAnOlderOne() {
        host.sh("mkdir /older && dpkg-deb -R /ferrule.deb /older && sed -i 's/^Version: .*/Version: 0.0.9/'"
                + " /older/DEBIAN/control && echo '# older' >> /older/etc/ferrule/jvm.options"
                + " && rm /older/DEBIAN/md5sums && dpkg-deb --build --root-owner-group -Znone /older /older.deb"
                + " && rm -r /older");
    }
}

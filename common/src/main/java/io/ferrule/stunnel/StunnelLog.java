package io.ferrule.stunnel;

/** Takes the lines that stunnel would log, as they happen. */
public interface StunnelLog {
    /**
     * One line.
     *
     * @param level 0 (emergency) to 7 (debug), as of syslog(3)
     * @param id whose line it is: {@code ui} for the process, {@code cron}, or a connection's
     */
    void log(int level, String id, String text);
}

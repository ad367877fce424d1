package io.ferrule.stunnel;

/** One connection's place in the log: its id, and the level of its service. Its event loop only. */
final class ConnectionLines {
    static final int ERR = 3;
    static final int WARNING = 4;
    static final int NOTICE = 5;
    static final int INFO = 6;
    static final int DEBUG = 7;

    private final StunnelLog log;
    private final String id;
    private LoggedService service;
    private boolean addressTried;
    private boolean nameUnknown;
    private boolean program;
    private boolean noDestination;

    ConnectionLines(StunnelLog log, String id, LoggedService service) {
        this.log = log;
        this.id = id;
        this.service = service;
    }

    LoggedService service() {
        return service;
    }

    /** Another service has taken it over; its level counts from now on. */
    void switchTo(LoggedService next) {
        service = next;
    }

    void add(int level, String text) {
        if (level <= service.level()) {
            log.log(level, id, text);
        }
    }

    /** True if it was of no use to look for an address: the name has none. */
    boolean hadNoAddress() {
        return nameUnknown && !addressTried;
    }

    boolean triedAnAddress() {
        return addressTried;
    }

    /** True if the target is a program and no address. */
    boolean toProgram() {
        return program;
    }

    /** True if it has been told that nobody knows where the client wanted to go. */
    boolean hadNoDestination() {
        return noDestination;
    }

    void noteNoDestination() {
        noDestination = true;
    }

    void noteProgram() {
        program = true;
    }

    void noteAddressTried() {
        addressTried = true;
    }

    void noteNameUnknown() {
        nameUnknown = true;
    }
}

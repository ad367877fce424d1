package io.ferrule.config;

import java.util.ArrayList;
import java.util.List;

/** Tells which listeners of a process would take each other's place. */
final class ListenClash {
    private ListenClash() {}

    /**
     * Something that listens.
     *
     * @param name how others are told of it, such as {@code tunnel a}
     * @param where where its address was said
     * @param label what a problem begins with
     */
    record Listener(String name, Address address, String where, String label) {}

    /** A problem for each listener that an earlier one leaves no place. */
    static List<Problem> problems(List<Listener> listeners) {
        List<Problem> problems = new ArrayList<>();
        for (Listener later : listeners) {
            listeners.subList(0, listeners.indexOf(later)).stream()
                    .filter(earlier -> clash(earlier.address, later.address))
                    .findFirst()
                    .ifPresent(earlier -> problems.add(new Problem(
                            later.where,
                            later.label + later.address + " is taken by " + earlier.name + ", which listens on "
                                    + earlier.address + ": give each an address of its own")));
        }
        return problems;
    }

    /** True if only one of the two can listen. */
    static boolean clash(Address one, Address other) {
        if (!(one instanceof Address.Tcp a) || !(other instanceof Address.Tcp b)) {
            return one.isPlace() && one.equals(other);
        }
        if (a.port() != b.port() || a.port() == 0) {
            return false;
        }
        return a.host().equalsIgnoreCase(b.host()) || covers(a.host(), b.host()) || covers(b.host(), a.host());
    }

    /** True if the first host is a wildcard that the second is part of; {@code ::} takes IPv4 along (ipv6(7)). */
    private static boolean covers(String wildcard, String host) {
        return wildcard.equals("::") || (wildcard.equals("0.0.0.0") && !host.contains(":"));
    }
}

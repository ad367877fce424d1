package io.ferrule.app;

import io.ferrule.config.Address;
import io.ferrule.config.OperatorException;
import io.ferrule.net.PassedSockets;
import io.ferrule.net.Transport;
import io.ferrule.stunnel.ProcessLines;
import io.ferrule.stunnel.StunnelTunnels.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gives the sockets that systemd has passed to the sections that accept: each section the one that has its name, and then, as stunnel
 * does, those that are left to the sections that are left, in their order. A section beyond them binds its own.
 */
final class PassedSections {
    private final PassedSockets passed;
    private final Transport transport;
    private final ProcessLines lines;

    PassedSections(PassedSockets passed, Transport transport, ProcessLines lines) {
        this.passed = passed;
        this.transport = transport;
        this.lines = lines;
    }

    /**
     * The sections, those that were given a socket listening there and nowhere else.
     *
     * @throws OperatorException if one of the sockets is left, or cannot be used
     */
    List<Section> give(List<Section> sections) throws OperatorException {
        Map<Section, Integer> places = places(sections);
        if (places.size() < passed.names().size()) {
            throw new OperatorException(
                    "",
                    "Too many listening file descriptors received from systemd, got "
                            + passed.names().size());
        }
        List<Section> given = new ArrayList<>();
        for (Section section : sections) {
            Integer place = places.get(section);
            if (place == null) {
                given.add(section);
            } else {
                Address.Adopted socket = passed.find(place, transport);
                lines.received(socket.descriptor());
                given.add(section.listeningAt(socket));
            }
        }
        return given;
    }

    private Map<Section, Integer> places(List<Section> sections) {
        List<Section> accepting = sections.stream().filter(Section::accepts).toList();
        TreeSet<Integer> left =
                new TreeSet<>(IntStream.range(0, passed.names().size()).boxed().toList());
        Map<Section, Integer> places = new LinkedHashMap<>();
        for (Section section : accepting) {
            Integer named = named(section.service().name());
            if (named != null && left.remove(named)) {
                places.put(section, named);
            }
        }
        for (Section section : accepting) {
            if (!places.containsKey(section) && !left.isEmpty()) {
                places.put(section, left.pollFirst());
            }
        }
        return places;
    }

    /** The only socket of this name; null if there is none, or another. */
    private @Nullable Integer named(String name) {
        List<String> names = passed.names();
        int first = names.indexOf(name);
        return first >= 0 && first == names.lastIndexOf(name) ? first : null;
    }
}

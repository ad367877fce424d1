package io.ferrule.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;

/**
 * Turns YAML 1.2 text into {@link Yaml}; nothing else knows the library. It reads events rather than composed nodes because
 * the library's Composer recurses without a bound: a file of opening brackets would overflow its stack.
 */
final class YamlParser {
    private static final int DEEPEST = 16;
    private static final int MOST_ALIASES = 100;
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    private final String file;
    private final Iterator<Event> events;
    private final Map<Anchor, Yaml> anchors = new HashMap<>();
    private int aliases;

    private YamlParser(String file, String text) {
        this.file = file;
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(Integer.MAX_VALUE)
                .build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /**
     * Reads the one document of a text; empty if there is nothing in it.
     *
     * @param file how problems name it
     * @throws OperatorException for the first thing that is not YAML, with its line
     */
    static Optional<Yaml> parse(String file, String text) throws OperatorException {
        try {
            return new YamlParser(file, text).document();
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark()
                    .or(e::getContextMark)
                    .map(m -> ":" + line(m))
                    .orElse("");
            throw new OperatorException(file + place, "this is not YAML: " + sentence(e));
        } catch (ReaderException e) {
            long line = text.codePoints()
                            .limit(Math.max(0, e.getPosition()))
                            .filter(c -> c == '\n')
                            .count()
                    + 1;
            throw new OperatorException(
                    file + ":" + line,
                    String.format(
                            "the character U+%04X may not stand in YAML; is this a text file?", e.getCodePoint()));
        } catch (YamlVersionException e) {
            throw new OperatorException(file, "it asks for a YAML version that does not exist: write %YAML 1.2");
        } catch (YamlEngineException e) {
            throw new OperatorException(file, "this is not YAML: " + e.getMessage());
        }
    }

    private static String sentence(MarkedYamlEngineException e) {
        String context = e.getContext();
        String all = context == null || context.isEmpty() ? e.getProblem() : e.getProblem() + " (" + context + ")";
        return all.replaceAll("[\\p{Cc}\\s]+", " "); // it may quote a line break
    }

    private Optional<Yaml> document() throws OperatorException {
        Yaml root = null;
        while (events.hasNext()) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.DocumentStart) {
                if (root != null) {
                    throw problem(event, "a second document begins here; one file holds one");
                }
                root = node(events.next(), 0);
            }
        }
        return Optional.ofNullable(root);
    }

    private Yaml node(Event event, int depth) throws OperatorException {
        if (depth > DEEPEST) {
            throw problem(event, "this is nested more than " + DEEPEST + " levels deep");
        }
        if (event instanceof AliasEvent alias) {
            return aliased(alias);
        }
        Yaml node = event instanceof ScalarEvent scalar ? scalar(scalar) : collection(event, depth);
        if (event instanceof NodeEvent named) {
            named.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        }
        return node;
    }

    private Yaml aliased(AliasEvent alias) throws OperatorException {
        // An anchor is known only once its node is complete, so nothing can contain itself.
        Yaml node = anchors.get(alias.getAlias());
        if (node == null) {
            throw problem(alias, "the alias *" + alias.getAlias() + " has no anchor before it");
        }
        if (++aliases > MOST_ALIASES) {
            throw problem(alias, "there are more than " + MOST_ALIASES + " aliases");
        }
        return node;
    }

    private Yaml scalar(ScalarEvent event) throws OperatorException {
        refuseTag(event, event.getTag().orElse(null));
        boolean isNull = event.isPlain() && NULLS.contains(event.getValue());
        return new Yaml.Scalar(line(event), event.getValue(), isNull);
    }

    private Yaml collection(Event start, int depth) throws OperatorException {
        if (start instanceof CollectionStartEvent tagged) {
            refuseTag(start, tagged.getTag().orElse(null));
        }
        return start.getEventId() == Event.ID.MappingStart
                ? new Yaml.Mapping(line(start), entries(depth))
                : new Yaml.Sequence(line(start), items(depth));
    }

    private List<Yaml> items(int depth) throws OperatorException {
        List<Yaml> items = new ArrayList<>();
        for (Event e = events.next(); e.getEventId() != Event.ID.SequenceEnd; e = events.next()) {
            items.add(node(e, depth + 1));
        }
        return List.copyOf(items);
    }

    private List<Yaml.Entry> entries(int depth) throws OperatorException {
        List<Yaml.Entry> entries = new ArrayList<>();
        for (Event e = events.next(); e.getEventId() != Event.ID.MappingEnd; e = events.next()) {
            if (!(node(e, depth + 1) instanceof Yaml.Scalar key)) {
                throw problem(e, "a key is a single word, not a list or a mapping");
            }
            entries.add(new Yaml.Entry(line(e), key.text(), node(events.next(), depth + 1)));
        }
        return List.copyOf(entries);
    }

    private void refuseTag(Event event, @Nullable String tag) throws OperatorException {
        if (tag != null && !tag.equals("!")) {
            throw problem(event, "tags such as " + tag + " are not understood here; remove it");
        }
    }

    private OperatorException problem(Event event, String message) {
        return new OperatorException(file + ":" + line(event), message);
    }

    private static int line(Event event) {
        return event.getStartMark().map(YamlParser::line).orElse(1);
    }

    private static int line(Mark mark) {
        return mark.getLine() + 1;
    }
}

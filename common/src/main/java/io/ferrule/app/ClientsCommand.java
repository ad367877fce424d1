package io.ferrule.app;

import io.ferrule.admin.Json;
import io.ferrule.clients.ClientStore;
import io.ferrule.clients.KnownClient;
import io.ferrule.config.OperatorException;
import io.ferrule.config.Role;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code clients}: who was invited, and what became of it. */
final class ClientsCommand implements Command {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

    /** Enough to tell two keys apart by eye. */
    private static final int SHORT_PIN = "sha256/".length() + 8;

    private final Clock clock;

    ClientsCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "clients";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandLines.command(
                this,
                name(),
                "List the clients that were invited: when, when each was last seen, until when it gets in. Times are UTC.",
                "Ends with 1 if the file of a client is damaged; the others are listed all the same.");
        spec.addOption(CommandLines.flag("json", "Prints JSON, with whole pins and times."));
        RunOptions.addTo(spec, Role.SERVER, "Where \"run\" keeps them", "config", "state-directory");
        return spec;
    }

    @Override
    public ExitCode run(ParseResult parsed, Shell shell) throws OperatorException {
        ClientStore store = new ClientStore(RunOptions.stateDirectory(parsed, shell));
        ClientStore.Contents contents = store.read();
        if (parsed.hasMatchedOption("--json")) {
            shell.out().print(json(contents.clients(), store));
        } else if (contents.clients().isEmpty()) {
            shell.out().println("nobody is invited (" + store.directory() + "); \"proxy-server invite NAME\" does it");
        } else {
            print(rows(contents.clients(), store), shell.out());
        }
        contents.problems().forEach(problem -> shell.complain(problem.toString()));
        return contents.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private List<List<String>> rows(List<KnownClient> clients, ClientStore store) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "TUNNEL", "PIN", "INVITED", "LAST SEEN", "EXPIRES", "STATE"));
        for (KnownClient client : clients) {
            rows.add(List.of(
                    client.name(),
                    client.tunnel(),
                    client.pin().toString().substring(0, SHORT_PIN) + "…",
                    MINUTE.format(client.created()),
                    store.lastSeen(client.name()).map(MINUTE::format).orElse("never"),
                    MINUTE.format(client.until()),
                    state(client)));
        }
        return rows;
    }

    private String state(KnownClient client) {
        Instant revoked = client.revoked();
        return client.state(clock.instant()) + (revoked == null ? "" : " " + MINUTE.format(revoked));
    }

    private static void print(List<List<String>> rows, PrintStream out) {
        List<Integer> widths = IntStream.range(0, rows.get(0).size())
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toList();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append(cell).append(" ".repeat(widths.get(column) - cell.length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private String json(List<KnownClient> clients, ClientStore store) {
        Instant now = clock.instant();
        return Json.object(all -> all.array("clients", clients, (json, client) -> json.field("name", client.name())
                .field("tunnel", client.tunnel())
                .field("pin", client.pin().toString())
                .field("invited", client.created().toString())
                .field("lastSeen", text(store.lastSeen(client.name()).orElse(null)))
                .field("expires", client.until().toString())
                .field("revoked", text(client.revoked()))
                .field("state", client.state(now).toString())));
    }

    private static @Nullable String text(@Nullable Instant moment) {
        return moment == null ? null : moment.toString();
    }
}

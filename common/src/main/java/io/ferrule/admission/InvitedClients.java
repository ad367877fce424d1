package io.ferrule.admission;

import io.ferrule.config.Pin;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The clients that were invited and not revoked. It can be replaced at any moment, from any thread. */
public final class InvitedClients {
    private volatile Map<Pin, Client> byPin = Map.of();

    /**
     * One of them.
     *
     * @param name what the operator calls it; printable
     * @param pin of its key
     * @param tunnel the one tunnel it may use
     * @param until when the invitation ends
     */
    public record Client(String name, Pin pin, String tunnel, Instant until) {}

    /** From now on these and no others are invited. */
    public void replace(Collection<Client> clients) {
        byPin = clients.stream().collect(Collectors.toUnmodifiableMap(Client::pin, Function.identity()));
    }

    /** The client with this key, whatever tunnel and time it was invited for. */
    public Optional<Client> find(Pin pin) {
        return Optional.ofNullable(byPin.get(pin));
    }

    /** All of them; a snapshot. */
    public Collection<Client> all() {
        return byPin.values();
    }
}

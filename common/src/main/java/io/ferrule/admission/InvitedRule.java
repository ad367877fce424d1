package io.ferrule.admission;

import io.ferrule.config.Pin;
import io.ferrule.connection.HandshakeFailure;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The client's own key is one that is invited to this tunnel now. */
record InvitedRule(String tunnel, InvitedClients invited, Clock clock) implements PeerRule {
    private static final int SHOWN = 20;

    @Override
    public Optional<Doubt> judge(List<X509Certificate> chain) {
        Optional<InvitedClients.Client> found = invited.find(Pin.of(chain.get(0)));
        if (found.isEmpty()) {
            return Optional.of(new Doubt(HandshakeFailure.PIN_MISMATCH, "the client is not invited (or was revoked)"));
        }
        InvitedClients.Client client = found.get();
        if (!client.tunnel().equals(tunnel)) {
            return Optional.of(new Doubt(
                    HandshakeFailure.PIN_MISMATCH,
                    "the client " + client.name() + " is invited to the tunnel " + client.tunnel() + ", not to "
                            + tunnel));
        }
        if (!clock.instant().isBefore(client.until())) {
            return Optional.of(new Doubt(
                    HandshakeFailure.EXPIRED,
                    "the invitation of " + client.name() + " ended on " + client.until() + "; invite it anew"));
        }
        return new Validity(clock, false).judge(PeerKind.CLIENT, chain.get(0));
    }

    @Override
    public String name() {
        return "by invitation";
    }

    @Override
    public List<String> words() {
        List<String> names = invited.all().stream()
                .filter(c -> c.tunnel().equals(tunnel) && clock.instant().isBefore(c.until()))
                .map(InvitedClients.Client::name)
                .sorted()
                .toList();
        if (names.isEmpty()) {
            return List.of(
                    "Clients that are invited may connect; nobody is now: \"proxy-server invite NAME\" invites one.");
        }
        return List.of("Clients that are invited may connect, now "
                + names.stream().limit(SHOWN).collect(Collectors.joining(", "))
                + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "")
                + "; each is known by its key, until its invitation ends or is revoked.");
    }
}

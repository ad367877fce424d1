package io.ferrule.app;

import io.ferrule.admission.InvitedClients;
import io.ferrule.config.OperatorException;
import io.ferrule.observe.Ending;
import io.ferrule.observe.ServerCertificates;
import io.ferrule.pki.CertificateMaker;
import io.ferrule.pki.CertificateTemplate;
import io.ferrule.pki.KeyMaterial;
import io.ferrule.pki.KeyType;
import io.ferrule.tunnel.Explanation;
import io.ferrule.tunnel.Tunnel;
import io.ferrule.tunnel.TunnelMaterial;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tunnels in plain words: those that run, or those that would. */
final class Explanations {
    private static final int ENDS_SHOWN = 5;

    private final Clock clock;
    private @Nullable KeyMaterial stranger;

    Explanations(Clock clock) {
        this.clock = clock;
    }

    /** Of tunnels that run. */
    String ofRunning(List<Tunnel> tunnels, Supplier<List<Ending>> endings) {
        List<Ending> all = endings.get();
        return ExplanationText.of(tunnels.stream()
                .map(tunnel -> withEnds(tunnel.explain(stranger()), all))
                .toList());
    }

    /**
     * Of tunnels that would run.
     *
     * @throws OperatorException if one would not
     */
    String of(List<TunnelMaterial> tunnels, InvitedClients invited) throws OperatorException {
        List<Ending> all = new Endings(() -> tunnels, Stream::empty, invited, new ServerCertificates()).get();
        List<Explanation> explained = new ArrayList<>();
        for (TunnelMaterial each : tunnels) {
            explained.add(withEnds(Tunnel.explain(each, clock, invited, stranger()), all));
        }
        return ExplanationText.of(explained);
    }

    private Explanation withEnds(Explanation explanation, List<Ending> all) {
        Instant now = clock.instant();
        List<Ending> own = all.stream()
                .filter(each -> each.tunnel().equals(explanation.tunnel()))
                .sorted(Comparator.comparing(Ending::end))
                .toList();
        List<String> words = new ArrayList<>();
        own.stream().limit(ENDS_SHOWN).forEach(each -> words.add(capital(each.sentence(now))));
        if (own.size() > ENDS_SHOWN) {
            words.add((own.size() - ENDS_SHOWN) + " more end later.");
        }
        return explanation.with(
                new Explanation.Part("What ends next", words.isEmpty() ? List.of("Nothing that is known.") : words));
    }

    private static String capital(String sentence) {
        return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }

    /** Somebody whom nobody knows, made when it is first needed. */
    private synchronized KeyMaterial stranger() {
        KeyMaterial made = stranger;
        if (made == null) {
            made = new CertificateMaker(clock, new SecureRandom())
                    .make(new CertificateTemplate(
                            "stranger", List.of(), CertificateTemplate.DEFAULT_VALIDITY, KeyType.ECDSA_P256));
            stranger = made;
        }
        return made;
    }
}

package io.ferrule.stunnel;

import io.ferrule.config.Secret;
import io.ferrule.config.TicketSecrets;
import io.ferrule.stunnel.StunnelService.Resumption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a section continues sessions, as far as it has been read. */
final class SessionDraft {
    private static final String ILLEGAL_TIMEOUT = "Illegal session cache timeout";

    private final Asker asker;
    private boolean enabled = true;
    private long cacheSize = 1000;
    private long lifetime = 300;
    private @Nullable String sessiond;
    private @Nullable Secret ticketKey;
    private @Nullable Secret ticketMac;

    SessionDraft(Asker asker) {
        this.asker = asker;
    }

    /** Takes the line if it is about sessions. */
    boolean set(String key, String value) throws Refusal {
        switch (key) {
            case "sessioncachesize" -> cacheSize = Words.number(value, "Illegal session cache size");
            case "sessioncachetimeout" -> lifetime = Words.number(value, ILLEGAL_TIMEOUT);
            case "sessionresume" -> enabled = Words.yes(value);
            case "sessiond" -> {
                if (!asker.resolves(value)) {
                    throw new Refusal("Failed to resolve sessiond server address");
                }
                sessiond = value;
            }
            case "ticketkeysecret" -> ticketKey = secret("ticketKeySecret", value);
            case "ticketmacsecret" -> ticketMac = secret("ticketMacSecret", value);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Both secrets or none; a client needs neither. */
    void checkTickets(boolean client) throws Refusal {
        checkTicket("ticketKeySecret", ticketKey != null, ticketMac != null, client);
        checkTicket("ticketMacSecret", ticketMac != null, ticketKey != null, client);
    }

    private void checkTicket(String option, boolean given, boolean other, boolean client) throws Refusal {
        if (given && client) {
            asker.log(5, option + " is ignored in the client mode");
        } else if (given && !other) {
            throw new Refusal("\"ticketKeySecret\" and \"ticketMacSecret\" must be set together");
        }
    }

    Resumption finish() {
        return new Resumption(
                enabled,
                cacheSize,
                Duration.ofSeconds(Math.max(0, Math.min(lifetime, Integer.MAX_VALUE))),
                sessiond,
                ticketKey == null || ticketMac == null ? null : new TicketSecrets(ticketKey, ticketMac));
    }

    /** Hexadecimal digits, with colons between the bytes or without. */
    private Secret secret(String option, String value) throws Refusal {
        String digits = value.replace(":", "");
        if (!value.matches("([0-9A-Fa-f]{2}:*)+")) {
            asker.log(3, "Required " + option + " is 16 or 32 byte hexadecimal key");
            throw new Refusal("Failed to read " + option);
        }
        int bytes = digits.length() / 2;
        if (bytes != 16 && bytes != 32) {
            asker.log(3, option + " value has " + bytes + " bytes instead of required 16 or 32 bytes");
            throw new Refusal("Failed to read " + option);
        }
        asker.log(6, option + " configured");
        return new Secret(digits);
    }
}

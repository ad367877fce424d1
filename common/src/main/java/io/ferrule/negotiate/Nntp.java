package io.ferrule.negotiate;

import java.util.concurrent.CompletionStage;

/** The client of a news server that has TLS on request (RFC 4642 §2.2). */
final class Nntp implements Talk {
    @Override
    public CompletionStage<?> beforeTls(Conversation c) {
        Party server = c.target();
        return server.expectEither("200 ", "201 ", "Unknown server welcome")
                .thenAccept(c.client()::send)
                .thenRun(() -> server.send("STARTTLS"))
                .thenCompose(sent -> server.expect("382 ", "Server does not support TLS"));
    }
}

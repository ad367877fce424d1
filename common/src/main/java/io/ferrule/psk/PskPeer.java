package io.ferrule.psk;

import io.ferrule.connection.TlsSession;
import org.bouncycastle.tls.TlsPeer;
import org.jspecify.annotations.Nullable;

/** Our side of one handshake, as Bouncy Castle asks it; and what became of it. */
interface PskPeer extends TlsPeer {
    /** What was agreed on; null until the handshake is done. */
    @Nullable
    TlsSession agreed();
}

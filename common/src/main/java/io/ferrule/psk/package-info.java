/**
 * TLS by keys that both sides have (PSK), which BoringSSL does not do here: Bouncy Castle's low-level TLS API behind the interfaces of
 * {@link io.ferrule.tls}. It may use config, connection and tls, and is touched only where a leg has such keys. It never looks at
 * certificates, except to pass a client that has none of the keys on to those who do, and never closes a channel.
 */
@NullMarked
package io.ferrule.psk;

import org.jspecify.annotations.NullMarked;

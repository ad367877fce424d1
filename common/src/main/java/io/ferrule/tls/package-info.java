/**
 * The TLS engine: BoringSSL through netty-tcnative, one context a leg, one handler a channel. It may use config, connection
 * and pki. It never decides whom to trust (it asks a {@link io.ferrule.connection.PeerVerifier}) and never closes a channel.
 */
@NullMarked
package io.ferrule.tls;

import org.jspecify.annotations.NullMarked;

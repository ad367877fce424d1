/**
 * The PROXY protocol, versions 1 and 2: who says for whom a connection is made. It reads what a balancer in front tells of a client
 * and writes what a target is told; it may use config and connection. It believes nobody by itself: whose header is awaited, the
 * configuration says.
 */
@NullMarked
package io.ferrule.proxyprotocol;

import org.jspecify.annotations.NullMarked;

/**
 * The clients that were invited to a server: what is kept of them in the state directory, and the file that each of them gets.
 * It may use config, connection, pki and admission. It never decides whether a connection may go on.
 */
@NullMarked
package io.ferrule.clients;

import org.jspecify.annotations.NullMarked;

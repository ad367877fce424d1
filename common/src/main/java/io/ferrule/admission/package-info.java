/**
 * May this connection go on? Limits on numbers, and the rules for the identity of a peer. It may use config and connection.
 * It fails closed: an error in a check refuses.
 */
@NullMarked
package io.ferrule.admission;

import org.jspecify.annotations.NullMarked;

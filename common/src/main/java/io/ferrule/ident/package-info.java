/** Asks a client's machine whose connection it is (RFC 1413). */
@NullMarked
package io.ferrule.ident;

import org.jspecify.annotations.NullMarked;

/**
 * The only room that knows Bouncy Castle: keys and certificates read from files, and made. It may use config. It never
 * decides whom to trust.
 */
@NullMarked
package io.ferrule.pki;

import org.jspecify.annotations.NullMarked;

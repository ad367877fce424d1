/**
 * What only a distribution has: the one name for both programs. It may use {@code app}; it holds no behaviour of a tunnel.
 */
@NullMarked
package io.ferrule.dist;

import org.jspecify.annotations.NullMarked;

/** The distribution as it is shipped: archive, package, and what lies in them. */
@NullMarked
package io.ferrule.dist;

import org.jspecify.annotations.NullMarked;

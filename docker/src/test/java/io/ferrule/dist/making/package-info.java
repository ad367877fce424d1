/**
 * What is made for the distribution at each build instead of being written by hand: manual pages, completion, notices. It
 * reads the command line's own model and the bill of materials. Nothing of it is shipped.
 */
@NullMarked
package io.ferrule.dist.making;

import org.jspecify.annotations.NullMarked;

/**
 * Holds the files below .github to the language that GitHub defines for them, and to what this source has: its scripts, its Maven
 * commands, its README. It runs none of them.
 */
@NullMarked
package io.ferrule.dist.workflows;

import org.jspecify.annotations.NullMarked;

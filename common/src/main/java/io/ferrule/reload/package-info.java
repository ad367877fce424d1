/**
 * When a process reads its configuration again: files are watched, and one reload runs at a time. It uses nothing of ours and
 * knows nothing of what is reloaded.
 */
@NullMarked
package io.ferrule.reload;

import org.jspecify.annotations.NullMarked;

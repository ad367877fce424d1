/**
 * The vocabulary every stage shares: what is known of one connection, how it ended, and who listens to that. It may use
 * config. It holds no behaviour of a stage and never touches a channel.
 */
@NullMarked
package io.ferrule.connection;

import org.jspecify.annotations.NullMarked;

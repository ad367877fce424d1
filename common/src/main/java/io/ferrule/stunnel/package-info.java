/**
 * What a stunnel.conf says, and what stunnel would say about it: its grammar, its options with their fates here, its checks and
 * its words. It may use the vocabulary of {@code config} and {@code connection}, and nothing else of ours knows stunnel but
 * {@code app}. It never opens a socket, reads a key, or runs a tunnel.
 */
@NullMarked
package io.ferrule.stunnel;

import org.jspecify.annotations.NullMarked;

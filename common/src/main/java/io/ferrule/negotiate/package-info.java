/**
 * What is said in plaintext before TLS begins, or first of all inside it: one file a protocol, written in the order in which it is
 * spoken. It may use config and connection, and Bouncy
 * Castle for MD4. It opens and closes nothing and knows no TLS: a talk ends, and whoever began it goes
 * on; what it notes for the log is in stunnel's words, because nobody else asks for it.
 */
@NullMarked
package io.ferrule.negotiate;

import org.jspecify.annotations.NullMarked;

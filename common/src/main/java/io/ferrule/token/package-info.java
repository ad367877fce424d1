/**
 * Keys and certificates in PKCS#11 tokens, such as an HSM: the token's own library is called, and a key never leaves its token. It
 * imports {@code config} alone, and is the only room that calls foreign libraries by {@code java.lang.foreign}. It never keeps a
 * PIN in a message, and never tries one twice that a token has refused.
 */
@NullMarked
package io.ferrule.token;

import org.jspecify.annotations.NullMarked;

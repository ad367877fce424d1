/**
 * What tests of every module stand on: a real Redis, real peers (stunnel, openssl), the packaged programs, certificates,
 * and clients that can misbehave. It may use config for pins. It holds no test of the product.
 */
@NullMarked
package io.ferrule.testing;

import org.jspecify.annotations.NullMarked;

package io.ferrule.pki;

import io.ferrule.config.Pin;
import java.math.BigInteger;

/**
 * What a certificate's status is known by: its issuer's key and its serial number. The issuer's name alone would not do, since
 * anybody can take a name.
 */
record StatusKey(Pin issuer, BigInteger serial) {}

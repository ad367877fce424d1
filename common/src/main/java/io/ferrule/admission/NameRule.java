package io.ferrule.admission;

import java.security.cert.X509Certificate;

/** Says which names a certificate may carry; asked only once its chain is trusted. */
interface NameRule {
    /** True if the certificate carries an allowed name. */
    boolean allows(X509Certificate certificate);

    /** What was expected, for the operator, as the object of "is not issued for". */
    String expected();

    /** The rule itself, as the end of "a certificate … is trusted". */
    String words();
}

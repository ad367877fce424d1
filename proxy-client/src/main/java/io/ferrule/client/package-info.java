/** The program {@code proxy-client}: its main, and the commands that only it has. It may use app, config and pki. */
@NullMarked
package io.ferrule.client;

import org.jspecify.annotations.NullMarked;

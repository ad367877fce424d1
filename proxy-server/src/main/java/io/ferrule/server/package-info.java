/** The program {@code proxy-server}: its main, and the commands that only it has. It may use app, config and pki. */
@NullMarked
package io.ferrule.server;

import org.jspecify.annotations.NullMarked;

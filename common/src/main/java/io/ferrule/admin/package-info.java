/**
 * The small HTTP endpoint for people and monitors: health, metrics, connections, config; and health alone for the container's
 * own command. It may use config, connection, net,
 * observe and tunnel. It never shows a secret and never blocks an event loop.
 */
@NullMarked
package io.ferrule.admin;

import org.jspecify.annotations.NullMarked;

/**
 * The only room that knows Micrometer: metric names, connection metrics, the access log. It may use config and connection.
 * It only listens and never changes what a connection does.
 */
@NullMarked
package io.ferrule.observe;

import org.jspecify.annotations.NullMarked;

/**
 * Who may connect, as {@code hosts.allow} and {@code hosts.deny} say it (hosts_access(5), hosts_options(5)): what can be understood
 * without running anything. A rule that cannot be is an error and lets nobody in.
 */
@NullMarked
package io.ferrule.hostsaccess;

import org.jspecify.annotations.NullMarked;

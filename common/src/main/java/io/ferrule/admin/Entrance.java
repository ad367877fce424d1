package io.ferrule.admin;

import io.ferrule.config.Address;
import io.netty.channel.Channel;
import java.util.function.Predicate;

/**
 * Where one comes in.
 *
 * @param option what the operator calls it, for errors
 * @param admits whether an accepted connection may ask; the others are closed without a word
 */
record Entrance(String option, Address address, Predicate<Channel> admits) {}

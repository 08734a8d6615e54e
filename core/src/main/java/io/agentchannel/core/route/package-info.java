/**
 * Which peers there are and how they are reached: {@link io.agentchannel.core.route.Target} is the
 * end of a channel's chain of interceptors, {@link io.agentchannel.core.route.Route} makes and
 * remakes its link, {@link io.agentchannel.core.route.PeerTable} keeps the sessions.
 */
@NullMarked
package io.agentchannel.core.route;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.agentchannel.http.service;

import org.jspecify.annotations.NullMarked;

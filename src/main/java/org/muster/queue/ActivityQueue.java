package org.muster.queue;

import java.util.UUID;

/**
 * An activity whose row is locked, as its queue needs it.
 *
 * @param seats as they were read under the lock
 * @param waitlist whether people may wait for a seat
 */
public record ActivityQueue(UUID group, UUID activity, Seats seats, boolean waitlist) {}

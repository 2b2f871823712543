/** Signing up for an activity, and deciding for others: the queue, over HTTP. */
package org.muster.signups;

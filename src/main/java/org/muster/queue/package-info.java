/** Who has a seat in an activity, who waits for one, and who is next: first come, first served. */
package org.muster.queue;

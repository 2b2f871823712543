/** What happened in a group, for programs that follow it and for its owners. */
package org.muster.feed;

/** The change feed, and the audit log over HTTP. */
package org.muster.feed;

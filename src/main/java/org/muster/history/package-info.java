/** What happened in a group, for those whom it concerns: notifications, and the audit. */
package org.muster.history;

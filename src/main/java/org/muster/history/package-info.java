/** Notifications and the audit log. */
package org.muster.history;

/** Activities as calendars that other programs subscribe to: RFC 5545. */
package org.muster.calendar;

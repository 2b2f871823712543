/** Calendars for subscription (RFC 5545). */
package org.muster.calendar;

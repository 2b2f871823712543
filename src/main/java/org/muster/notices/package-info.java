/**
 * Words what people are told by mail: what the database's triggers have noted, reminders and digests; and what people choose to be
 * told.
 */
package org.muster.notices;

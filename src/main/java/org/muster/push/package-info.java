/**
 * Web Push (RFC 8030): tells people on their devices, while the page is closed, that they have moved up or that an activity was
 * cancelled. Triggers note what is to be told; it is worded, encrypted (RFC 8291) and handed to the browser's push service, to which
 * this server identifies itself with its key (VAPID, RFC 8292).
 */
package org.muster.push;

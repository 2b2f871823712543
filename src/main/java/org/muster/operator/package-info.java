/** How the database's connections fare, as operators see it: now, of late, and as it happens. */
package org.muster.operator;

/** JSON in memory. */
package org.muster.json;

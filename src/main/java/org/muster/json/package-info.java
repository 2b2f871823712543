/** JSON in memory, and how it names enum constants. */
package org.muster.json;

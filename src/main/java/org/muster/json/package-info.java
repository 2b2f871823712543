/** Access to the server's JSON-P implementation, and the names of enum constants in JSON. */
package org.muster.json;

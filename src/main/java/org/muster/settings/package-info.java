/** The configuration: the sources of the variables, their names, and their allowed values. */
package org.muster.settings;

/** Runs Muster on a developer's machine, with an embedded PostgreSQL and a local server. Also used by tests. */
package org.muster.run;

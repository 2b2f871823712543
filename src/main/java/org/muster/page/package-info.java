/** The web page and what it is made of, as files that browsers keep, and the headers that protect them. */
package org.muster.page;

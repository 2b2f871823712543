/** The web page: its static files, their caching, and the security headers. */
package org.muster.page;

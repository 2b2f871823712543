/** Every error that leaves the application, as RFC 9457 {@code application/problem+json}. */
package org.muster.problems;

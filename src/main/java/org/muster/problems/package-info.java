/** All error responses of the application, in the RFC 9457 format {@code application/problem+json}. */
package org.muster.problems;

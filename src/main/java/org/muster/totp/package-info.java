/** Second factors: codes of an authenticator (RFC 6238), and recovery codes. */
package org.muster.totp;

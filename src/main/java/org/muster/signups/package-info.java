/** Sign-ups over HTTP. */
package org.muster.signups;

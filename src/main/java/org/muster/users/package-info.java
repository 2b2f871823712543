/** Accounts, sessions and authentication. */
package org.muster.users;

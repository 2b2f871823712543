/** Accounts, sessions, and who makes a request. */
package org.muster.users;

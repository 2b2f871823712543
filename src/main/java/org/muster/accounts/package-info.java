/** Opens accounts: for whom, and with an invitation to a group. */
package org.muster.accounts;

/** Opens accounts, verifies their addresses, gives them second factors, lets people back in who have forgotten their password, and operators suspend them. */
package org.muster.accounts;

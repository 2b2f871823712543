/** Exports of accounts and groups, imports of groups, and erasure of accounts. */
package org.muster.transfer;

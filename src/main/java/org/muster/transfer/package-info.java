/** Exports of accounts and groups, imports and deletion of groups, and erasure of accounts. */
package org.muster.transfer;

/** What is taken out of Muster and brought into it: a person's data, their account, whole groups. */
package org.muster.transfer;

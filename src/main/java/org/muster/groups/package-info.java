/** Groups and their members: who belongs to which, in what role, and what that allows. */
package org.muster.groups;

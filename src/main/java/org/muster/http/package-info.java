/** How requests are read and answers are made, the same for every resource. */
package org.muster.http;

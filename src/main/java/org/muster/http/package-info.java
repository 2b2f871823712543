/** Reading of requests and writing of responses, shared by all resources. */
package org.muster.http;

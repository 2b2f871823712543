/** Tests of the whole API, made from {@code openapi.yaml}: who may do what, and what bad input does. */
package org.muster.security;

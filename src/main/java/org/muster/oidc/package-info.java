/** Signs people in with a provider of OpenID Connect: the authorization code flow, with PKCE, state and nonce. */
package org.muster.oidc;

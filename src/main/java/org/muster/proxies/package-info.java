/** Who a request comes from, and the address that it was sent to, as far as proxies between say so and are trusted. */
package org.muster.proxies;

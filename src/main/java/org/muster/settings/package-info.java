/** What the operator configured: where variables come from, what they are called, and what they may say. */
package org.muster.settings;

/** What groups plan: activities, their times and their states. */
package org.muster.activities;

/** Activities and series: their plans, times and states. */
package org.muster.activities;

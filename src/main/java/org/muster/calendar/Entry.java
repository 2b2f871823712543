package org.muster.calendar;

import org.muster.activities.Activity;
import org.muster.activities.ActivityState;

/**
 * An activity in a calendar.
 *
 * @param waiting whether the person whose calendar it is has no seat yet
 */
record Entry(Activity activity, boolean waiting) {

    String summary() {
        var title = activity.plan().title();
        return waiting ? "Waiting: " + title : title;
    }

    String status() {
        if (activity.state() == ActivityState.CANCELLED) {
            return "CANCELLED";
        }
        return waiting ? "TENTATIVE" : "CONFIRMED";
    }
}

package org.muster.calendar;

import org.muster.activities.Activity;
import org.muster.activities.ActivityState;

/**
 * An activity as a calendar event.
 *
 * @param waiting whether the calendar's user waits for a seat
 */
record CalendarEvent(Activity activity, boolean waiting) {

    String summary() {
        var title = activity.plan().title();
        return tentative() ? "Waiting: " + title : title;
    }

    String status() {
        if (cancelled()) {
            return "CANCELLED";
        }
        return tentative() ? "TENTATIVE" : "CONFIRMED";
    }

    private boolean tentative() {
        return waiting && !cancelled();
    }

    private boolean cancelled() {
        return activity.state() == ActivityState.CANCELLED;
    }
}

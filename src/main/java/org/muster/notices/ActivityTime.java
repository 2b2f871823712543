package org.muster.notices;

import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import org.muster.activities.Activity;
import org.muster.mail.Language;

/** When an activity takes place, in words. */
public final class ActivityTime {
    private ActivityTime() {}

    /** By the clocks of the activity's time zone. */
    public static String words(Activity activity, Language language) {
        var schedule = activity.plan().schedule();
        var day = DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL).withLocale(language.locale());
        if (schedule.allDay()) {
            var first = day.format(schedule.startsOn());
            return schedule.startsOn().equals(schedule.endsOn())
                    ? first
                    : first + " – " + day.format(schedule.endsOn());
        }
        var zone = schedule.zone();
        var start = activity.startsAt().atZone(zone.rules());
        var end = schedule.endsAt(activity.startsAt()).atZone(zone.rules());
        var time = DateTimeFormatter.ofPattern(language == Language.FR ? "HH:mm" : "h:mm a", language.locale());
        var until = start.toLocalDate().equals(end.toLocalDate())
                ? time.format(end)
                : day.format(end) + ", " + time.format(end);
        return day.format(start) + ", " + time.format(start) + " – " + until + " (" + zone.id() + ")";
    }
}

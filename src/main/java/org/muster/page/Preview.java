package org.muster.page;

import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.muster.activities.Activity;
import org.muster.groups.Group;

/**
 * What a page says of itself to search engines, and to what shows links.
 *
 * @param title of the group or the activity
 * @param description one line; empty if there is nothing to say
 * @param path the one path among those that show the same
 */
record Preview(String title, String description, String path) {
    private static final int MAX_DESCRIPTION = 200;
    private static final String SEPARATOR = " \u00b7 ";

    static Preview of(Group group) {
        var settings = group.settings();
        return new Preview(settings.name(), line(settings.description()), PagePaths.of(settings.slug(), group.id()));
    }

    /**
     * @param group its group; empty if that is hidden
     * @param locale in which the date is written
     */
    static Preview of(Activity activity, Optional<Group> group, Locale locale) {
        var plan = activity.plan();
        var parts = Stream.of(
                group.map(any -> any.settings().name()).orElse(""),
                start(activity, locale),
                plan.place(),
                plan.description());
        return new Preview(
                plan.title(),
                line(parts.filter(part -> !part.isBlank()).collect(Collectors.joining(SEPARATOR))),
                PagePaths.of(activity.group(), activity.id()));
    }

    private static String start(Activity activity, Locale locale) {
        var schedule = activity.plan().schedule();
        var date = DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL);
        var time = DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT);
        var start = activity.startsAt().atZone(schedule.zone().rules());
        var day = date.withLocale(locale).format(start);
        return schedule.allDay() ? day : day + ", " + time.withLocale(locale).format(start);
    }

    /** The beginning of a text, in one line. */
    private static String line(String text) {
        var line = text.strip().replaceAll("\\s+", " ");
        if (line.length() <= MAX_DESCRIPTION) {
            return line;
        }
        // Not within a word, nor within a character.
        var end = line.lastIndexOf(' ', MAX_DESCRIPTION - 1);
        var cut = end > 0 ? end : line.offsetByCodePoints(0, line.codePointCount(0, MAX_DESCRIPTION - 1));
        return line.substring(0, cut) + "\u2026";
    }
}

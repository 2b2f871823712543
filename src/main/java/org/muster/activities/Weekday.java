package org.muster.activities;

import java.time.DayOfWeek;
import java.time.LocalDate;

/** A day of the week, as the API names it. */
public enum Weekday {
    MON,
    TUE,
    WED,
    THU,
    FRI,
    SAT,
    SUN;

    static Weekday of(LocalDate date) {
        return of(date.getDayOfWeek());
    }

    private static Weekday of(DayOfWeek day) {
        return values()[day.ordinal()];
    }

    DayOfWeek day() {
        return DayOfWeek.of(ordinal() + 1);
    }

    Weekday plus(long days) {
        return of(day().plus(days));
    }
}

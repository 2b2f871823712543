package org.muster.notices;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import org.muster.http.JsonInput;
import org.muster.json.EnumNames;
import org.muster.mail.Language;

/**
 * What a person is told by mail.
 *
 * @param calendarInvitations whether mail about seats has the activity for the person's calendar
 * @param digest whether they get a mail each Monday with what comes
 */
public record NotificationSettings(
        Language language,
        boolean signUps,
        boolean activities,
        boolean groups,
        boolean calendarInvitations,
        Reminder reminder,
        boolean digest) {
    static NotificationSettings read(JsonInput input) {
        return new NotificationSettings(
                input.choice("language", Language.EN),
                input.flag("signUps", true),
                input.flag("activities", true),
                input.flag("groups", true),
                input.flag("calendarInvitations", true),
                input.choice("reminder", Reminder.EVENING),
                input.flag("digest", false));
    }

    boolean include(Topic topic) {
        return switch (topic) {
            case SIGN_UPS -> signUps;
            case ACTIVITIES -> activities;
            case GROUPS -> groups;
            case REMINDERS -> reminder != Reminder.NONE;
            case DIGEST -> digest;
        };
    }

    JsonObject json() {
        return JSON.createObjectBuilder()
                .add("language", language.code())
                .add("signUps", signUps)
                .add("activities", activities)
                .add("groups", groups)
                .add("calendarInvitations", calendarInvitations)
                .add("reminder", EnumNames.of(reminder))
                .add("digest", digest)
                .build();
    }
}

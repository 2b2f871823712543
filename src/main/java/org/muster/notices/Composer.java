package org.muster.notices;

import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.muster.activities.Activity;
import org.muster.activities.ActivityState;
import org.muster.calendar.CalendarMessage;
import org.muster.json.EnumNames;
import org.muster.mail.Language;
import org.muster.mail.OutgoingMail;
import org.muster.mail.Wording;
import org.muster.mail.Wording.Footer;
import org.muster.notices.MailNotices.Planned;
import org.muster.notices.Notice.Invitation;
import org.muster.notices.Notice.Recipient;

/**
 * Makes mail of notices.
 *
 * @param links makes addresses of paths, which begin with a slash
 */
record Composer(Function<String, URI> links, CalendarMessage calendars) {
    private static final List<String> SEATED = List.of("signup.confirmed", "signup.promoted", "activity.moved");

    /**
     * A mail, and what it tells the recipient's calendar.
     *
     * @param invitation empty if nothing
     */
    record Composed(OutgoingMail mail, Optional<Invitation> invitation) {}

    /**
     * The mail of a notice.
     *
     * @param planned what a digest tells
     * @return empty if nobody wants it, it is true no more, or a later notice tells it
     */
    Optional<Composed> compose(Notice notice, List<Planned> planned) {
        return notice.recipient()
                .filter(recipient -> !notice.outdated() && wanted(notice, recipient) && stillTrue(notice, planned))
                .map(recipient -> compose(notice, recipient, planned));
    }

    private static boolean wanted(Notice notice, Recipient recipient) {
        return Topic.of(notice.kind())
                .map(topic ->
                        recipient.settings().filter(any -> any.include(topic)).isPresent())
                .orElse(true);
    }

    private static boolean stillTrue(Notice notice, List<Planned> planned) {
        return switch (notice.kind()) {
            case "activity.reminder" ->
                notice.confirmed()
                        && notice.activity()
                                .filter(activity -> activity.state() == ActivityState.PUBLISHED
                                        && activity.startsAt().isAfter(Instant.now())
                                        && !Reminder.EVENING
                                                .at(activity.plan().schedule())
                                                .isAfter(Instant.now()))
                                .isPresent();
            case "digest" -> !planned.isEmpty();
            case "activity.deleted", "group.deleted" -> notice.subject().isPresent();
            default ->
                notice.groupId().isEmpty()
                        || notice.group().isPresent()
                                && (notice.activityId().isEmpty()
                                        || notice.activity().isPresent());
        };
    }

    private Composed compose(Notice notice, Recipient recipient, List<Planned> planned) {
        var wording = Wording.in(recipient.language());
        var calendar = calendar(notice, recipient);
        var unsubscribe = recipient
                .unsubscribeToken()
                .flatMap(token -> Topic.of(notice.kind())
                        .map(topic ->
                                links.apply("/api/v1/unsubscriptions/" + token + "/" + EnumNames.hyphenated(topic))));
        var footers = unsubscribe
                .map(url -> List.of(
                        new Footer("footer.unsubscribe", url), new Footer("footer.settings", links.apply("/#/me"))))
                .orElseGet(List::of);
        var text = wording.mail(notice.kind(), values(notice, recipient.language(), planned), link(notice), footers);
        return new Composed(
                new OutgoingMail(
                        notice.kind(),
                        recipient.user(),
                        recipient.address(),
                        recipient.language(),
                        text,
                        calendar.map(Message::text),
                        unsubscribe.map(URI::toString),
                        OutgoingMail.LONGEST_LIFETIME),
                calendar.map(Message::invitation));
    }

    private record Message(String text, Invitation invitation) {}

    /** With a seat the activity is put into the calendar, without it is removed; nothing is told while the recipient waits. */
    private Optional<Message> calendar(Notice notice, Recipient recipient) {
        var activity = notice.activity();
        var attendee = new CalendarMessage.Attendee(recipient.name(), recipient.address());
        var published = activity.filter(known -> known.state() == ActivityState.PUBLISHED);
        if (notice.activityId().isEmpty() || notice.kind().equals("activity.reminder")) {
            return Optional.empty();
        }
        if (notice.confirmed() && published.isPresent()) {
            return published
                    .filter(any -> SEATED.contains(notice.kind())
                            && recipient
                                    .settings()
                                    .filter(NotificationSettings::calendarInvitations)
                                    .isPresent())
                    .map(known -> {
                        var sequence = sequence(notice);
                        return new Message(
                                calendars.request(known, sequence, attendee), new Invitation(sequence, true));
                    });
        }
        return notice.invitation().filter(Invitation::invited).map(any -> {
            var sequence = sequence(notice);
            var title = activity.map(known -> known.plan().title())
                    .or(notice::subject)
                    .orElse("");
            return new Message(
                    calendars.cancel(notice.activityId().get(), activity, title, sequence, attendee),
                    new Invitation(sequence, false));
        });
    }

    /** Not lower than the feed's, and higher than that of the last message. */
    private static int sequence(Notice notice) {
        return Math.max(
                notice.activity().map(Activity::sequence).orElse(0),
                notice.invitation().map(last -> last.sequence() + 1).orElse(0));
    }

    private static Map<String, String> values(Notice notice, Language language, List<Planned> planned) {
        var values = new HashMap<String, String>();
        values.put("reason", notice.reason());
        values.put("group", notice.group().or(notice::subject).orElse(""));
        values.put(
                "activity",
                notice.activity()
                        .map(activity -> activity.plan().title())
                        .or(notice::subject)
                        .orElse(""));
        values.put(
                "when",
                notice.activity()
                        .map(activity -> ActivityTime.words(activity, language))
                        .orElse(""));
        values.put("place", notice.activity().map(Composer::place).orElse(""));
        values.put("count", String.valueOf(planned.size()));
        values.put("list", planned.stream().map(each -> line(each, language)).collect(Collectors.joining("\n")));
        return values;
    }

    private static String line(Planned planned, Language language) {
        var signUp = planned.signUp().isEmpty() || planned.signUp().equals("cancelled")
                ? ""
                : " – " + Wording.in(language).text("digest." + planned.signUp());
        return ActivityTime.words(planned.activity(), language) + ": "
                + planned.activity().plan().title() + " (" + planned.group() + ")" + signUp;
    }

    private static String place(Activity activity) {
        return Stream.of(activity.plan().place(), activity.plan().onlineUrl())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private Optional<URI> link(Notice notice) {
        return path(notice.kind(), notice.groupId(), notice.activityId()).map(links);
    }

    private static Optional<String> path(String kind, Optional<UUID> group, Optional<UUID> activity) {
        return switch (kind) {
            case "group.deleted", "activity.deleted", "member.removed", "member.banned", "account.erased" ->
                Optional.empty();
            case "digest", "password.changed" -> Optional.of("/#/");
            case "member.requested", "invitation.accepted" -> group.map(id -> "/#/groups/" + id + "/members");
            case "activity.cancelled", "activity.members-only" -> group.map(id -> "/#/groups/" + id);
            default ->
                group.map(id -> "/#/groups/" + id
                        + activity.map(known -> "/activities/" + known).orElse(""));
        };
    }
}

package org.muster.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Made.member;
import static org.muster.page.Made.signUp;
import static org.muster.page.Made.view;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.muster.Client;
import org.muster.RunningMuster;

/** Every view of organizers and owners is for everybody. */
@ExtendWith({RunningMuster.class, InBrowser.class})
@TestInstance(Lifecycle.PER_CLASS)
class OrganizerViewsBrowserIT {
    private static final String LONG = "Donaudampfschifffahrtsgesellschaftskapitaensverein".repeat(2);

    private Client olga;
    private String group;
    private String archived;
    private String busy;
    private String draft;
    private String cancelled;
    private String series;

    @BeforeAll
    void fill(Client nobody) {
        olga = nobody.signedUp("Olga");
        var ann = nobody.signedUp("Ann");
        var bob = nobody.signedUp("Bob");
        var zoe = nobody.signedUp("Zoe");
        List.of(olga, ann, bob).forEach(person -> person.patch("/api/v1/me", "{'displayName':'%s'}".formatted(LONG)));
        group = Made.group(olga, LONG.substring(0, 95), "open", "public");
        for (var person : List.of(ann, bob, zoe)) {
            member(person, group);
        }
        busy = Made.published(olga, group, LONG, "'capacity':3,'guestsAllowed':2,'place':'%s'".formatted(LONG));
        draft = Made.draft(olga, group, "Hike", "'description':'%s'".formatted(LONG));
        cancelled = Made.published(olga, group, "Off", "");
        assertThat(olga.post(cancelled + "/cancel").status()).isEqualTo(200);
        signUp(ann, busy, 2);
        signUp(bob, busy, 1);
        signUp(zoe, busy, 0);
        olga.delete(busy + "/signups/" + ann.id() + "?reason=" + LONG);
        olga.patch(group + "/members/" + ann.id(), "{'role':'organizer'}");
        olga.patch(group + "/members/" + zoe.id(), "{'state':'banned'}");
        var settings = olga.get(group);
        assertThat(olga.with("If-Match", settings.header("ETag"))
                        .patch(group, "{'joinPolicy':'request','description':'%s'}".formatted(LONG))
                        .status())
                .isEqualTo(200);
        nobody.signedUp("Eve").put(group + "/members/me");
        olga.post(group + "/invitations", "{'max':5,'note':'%s'}".formatted(LONG));
        var revoked = olga.post(group + "/invitations", "{'role':'organizer'}").id();
        olga.delete(group + "/invitations/" + revoked);
        var made = olga.post(group + "/series", """
                {'title':'%s','startsLocal':'2026-12-04T02:30','durationMinutes':180,'publish':true,
                 'rule':{'frequency':'weekly','weekdays':['mon','tue','wed','thu','fri'],'count':40}}
                """.formatted(LONG));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        series = group + "/series/" + made.id();
        archived = Made.group(olga, "Archived", "open", "private");
        assertThat(olga.post(archived + "/archive").status()).isEqualTo(200);
    }

    Stream<String> views() {
        return Stream.of(
                "/groups/new",
                "/groups/import",
                view(group) + "?view=list",
                view(group) + "/members",
                view(group) + "/invitations",
                view(group) + "/settings",
                view(group) + "/audit",
                view(group) + "/series",
                view(group) + "/series/new",
                view(series),
                view(group) + "/activities/new",
                view(busy),
                view(draft),
                view(draft) + "/edit",
                view(cancelled) + "/edit",
                view(busy) + "/queue",
                view(draft) + "/queue",
                view(busy) + "/attendance",
                view(busy) + "/sheet",
                view(draft) + "/sheet",
                view(draft) + "/attendance",
                view(archived) + "/members",
                view(archived) + "/invitations",
                view(archived) + "/series",
                view(archived) + "/settings");
    }

    @ParameterizedTest
    @MethodSource("views")
    void organizersViewsAreForEverybody(String view, Windows windows) {
        Inspection.inspect(windows.open(Look.PHONE, olga), view);
    }
}

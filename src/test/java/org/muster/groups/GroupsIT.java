package org.muster.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

@ExtendWith(RunningMuster.class)
class GroupsIT {
    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Client ann;
    private final Client bob;

    GroupsIT(Client nobody, EmbeddedDatabase database) {
        this.nobody = nobody;
        this.database = database;
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
    }

    @Test
    void whoMakesAGroupOwnsIt() {
        var created = ann.post(
                "/api/v1/groups",
                "{'name':'Trail Rünners','zone':'America/Toronto','joinPolicy':'open','visibility':'public'}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).endsWith("/api/v1/groups/" + created.id());
        assertThat(created.header("ETag")).isEqualTo("\"1\"");
        assertThat(created.string("slug")).startsWith("trail-runners");
        assertThat(created.string("state")).isEqualTo("active");
        assertThat(ann.get(members(created.id())).items())
                .singleElement()
                .satisfies(member -> assertThat(member.getString("role")).isEqualTo("owner"));
    }

    @Test
    void aSlugBelongsToOneGroup() {
        var slug = "slug-" + UUID.randomUUID();

        var first = ann.post("/api/v1/groups", "{'name':'A','zone':'UTC','slug':'%s'}".formatted(slug));
        var second = bob.post("/api/v1/groups", "{'name':'B','zone':'UTC','slug':'%s'}".formatted(slug));

        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.string("type")).isEqualTo("/problems/slug-taken");
        assertThat(bob.post("/api/v1/groups", "{'name':'%s','zone':'UTC'}".formatted(slug))
                        .string("slug"))
                .isNotEqualTo(slug);
    }

    @Test
    void aSlugIsChangedAndTheOldOneIsFreeAgain() {
        var group = group("open", "public");
        var slug = ann.get(path(group)).string("slug");
        var other = "slug-" + UUID.randomUUID();

        var changed = ann.with("If-Match", "\"1\"").patch(path(group), "{'slug':'%s'}".formatted(other));

        assertThat(changed.status()).isEqualTo(200);
        assertThat(bob.post("/api/v1/groups", "{'name':'B','zone':'UTC','slug':'%s'}".formatted(slug))
                        .status())
                .isEqualTo(201);
        assertThat(ann.with("If-Match", "\"2\"")
                        .patch(path(group), "{'slug':'%s'}".formatted(slug))
                        .status())
                .isEqualTo(409);
        assertThat(ann.get(path(group)).string("slug")).isEqualTo(other);
    }

    @Test
    void aGroupIsReadByItsSlugToo() {
        var open = group("open", "public");
        var hidden = group("invite", "private");
        var slug = ann.get(path(open)).string("slug");
        var secret = ann.get(path(hidden)).string("slug");

        assertThat(bob.get("/api/v1/groups/" + slug).id()).isEqualTo(open);
        assertThat(ann.get("/api/v1/groups/" + secret).id()).isEqualTo(hidden);
        assertThat(bob.get("/api/v1/groups/" + secret).status()).isEqualTo(404);
        assertThat(bob.get("/api/v1/groups/" + slug + "/members").status()).isEqualTo(404);
    }

    @Test
    void theMembersAreATableForSpreadsheets() {
        var group = group("open", "private");
        var all = new ArrayList<String>();
        all.add(ann.id().toString());
        for (var number = 0; number < 25; number++) {
            var person = UUID.randomUUID();
            all.add(person.toString());
            insertMember(group, person, "-" + number);
        }

        var table = ann.with("Accept", "text/csv").get(members(group));

        assertThat(table.header("Content-Disposition")).matches("attachment; filename=\"[a-z0-9-]+-members\\.csv\"");
        var rows = List.of(table.body().split("\r\n"));
        assertThat(rows.get(0)).isEqualTo("displayName,role,state,since,userId");
        assertThat(rows.subList(1, rows.size()))
                .hasSize(26)
                .allMatch(row -> row.startsWith("Ann,owner,active,2") || row.startsWith("\"'-"))
                .extracting(row -> row.substring(row.lastIndexOf(',') + 1))
                .containsExactlyInAnyOrderElementsOf(all);
        assertThat(ann.with("Accept", "text/csv")
                        .get(members(group) + "?state=banned")
                        .body())
                .isEqualTo("displayName,role,state,since,userId\r\n");
        assertThat(bob.with("Accept", "text/csv").get(members(group)).status()).isEqualTo(404);
        assertThat(nobody.with("Accept", "text/csv").get(members(group)).status())
                .isEqualTo(404);
    }

    /** Registration would take a second for each. */
    private void insertMember(UUID group, UUID person, String name) {
        try (var connection = database.connect();
                var account = connection.prepareStatement("""
                        INSERT INTO user_account (user_id, display_name, zone, placeholder_of)
                        VALUES (?, ?, 'UTC', gen_random_uuid())
                        """);
                var membership = connection.prepareStatement("""
                        INSERT INTO membership (group_id, user_id, role, state)
                        VALUES (?, ?, 'member', 'active')
                        """)) {
            account.setObject(1, person);
            account.setString(2, name);
            account.executeUpdate();
            membership.setObject(1, group);
            membership.setObject(2, person);
            membership.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void aPrivateGroupIsHiddenFromAllButItsMembers() {
        var group = group("open", "private");

        assertThat(nobody.get(path(group)).status()).isEqualTo(404);
        assertThat(bob.get(path(group)).status()).isEqualTo(404);
        assertThat(bob.get(members(group)).status()).isEqualTo(404);
        assertThat(bob.put(members(group) + "/me").status()).isEqualTo(404);
        assertThat(bob.with("If-Match", "\"1\"").patch(path(group), "{}").status())
                .isEqualTo(404);
        assertThat(bob.post(path(group) + "/archive").status()).isEqualTo(404);
        assertThat(bob.get(path(group) + "/activities").status()).isEqualTo(404);
        assertThat(ann.get(path(group)).status()).isEqualTo(200);
    }

    @Test
    void groupsAreFoundByWhatTheirWordsBeginWith() {
        var mark = "z" + UUID.randomUUID().toString().substring(0, 8);
        var open = named("Vélo-Club " + mark, "public");
        var hidden = named("Hidden vélo " + mark, "private");

        assertThat(found(nobody, mark)).containsExactly(open);
        assertThat(found(ann, mark)).containsExactly(hidden, open);
        assertThat(found(nobody, "VELO+" + mark.substring(0, 6))).containsExactly(open);
        assertThat(found(nobody, "clu%20" + mark + "%20v%C3%A9l")).containsExactly(open);
        assertThat(found(nobody, "lub%20" + mark)).isEmpty();
        assertThat(found(nobody, mark + "%20%26%20!club'%3A*%5C")).containsExactly(open);
        assertThat(found(nobody, "")).isEmpty();
        assertThat(found(nobody, "%27%26%7C")).isEmpty();
        assertThat(nobody.get("/api/v1/groups?q=" + "x".repeat(101)).status()).isEqualTo(400);
        assertThat(nobody.get("/api/v1/groups?q=" + mark + "&limit=1").items()).hasSize(1);
    }

    private String named(String name, String visibility) {
        return ann.post(
                        "/api/v1/groups",
                        "{'name':'%s','zone':'UTC','joinPolicy':'open','visibility':'%s'}".formatted(name, visibility))
                .string("id");
    }

    private static List<String> found(Client by, String words) {
        return ids(by.get("/api/v1/groups?q=" + words));
    }

    @Test
    void whoBelongsToAGroupIsToldHow() {
        var group = group("request", "public");
        var hidden = group("open", "private");

        assertThat(ann.get(members(group) + "/me").string("role")).isEqualTo("owner");
        assertThat(bob.get(members(group) + "/me").status()).isEqualTo(404);
        bob.put(members(group) + "/me");
        assertThat(bob.get(members(group) + "/me").string("state")).isEqualTo("requested");
        ann.patch(members(group) + "/" + bob.id(), "{'state':'banned'}");
        assertThat(bob.get(members(group) + "/me").string("state")).isEqualTo("banned");
        assertThat(bob.get(members(hidden) + "/me").string("detail"))
                .isEqualTo(bob.get(members(UUID.randomUUID()) + "/me").string("detail"));
        assertThat(nobody.get(members(group) + "/me").status()).isEqualTo(401);
    }

    @Test
    void aPublicGroupIsSeenByAllButWhoTakesPartByMembersOnly() {
        var group = group("open", "public");

        assertThat(nobody.get(path(group)).status()).isEqualTo(200);
        assertThat(nobody.get(members(group)).status()).isEqualTo(403);
        assertThat(bob.get(members(group)).string("type")).isEqualTo("/problems/membership-required");
        assertThat(bob.put(members(group) + "/me").status()).isEqualTo(201);
        assertThat(bob.get(members(group)).status()).isEqualTo(200);
    }

    @Test
    void onlyOwnersChangeAndArchiveAndOnlyWhatTheyHaveRead() {
        var group = group("open", "public");
        bob.put(members(group) + "/me");

        assertThat(nobody.patch(path(group), "{}").status()).isEqualTo(401);
        assertThat(bob.with("If-Match", "\"1\"")
                        .patch(path(group), "{'name':'Bobs'}")
                        .string("type"))
                .isEqualTo("/problems/forbidden");
        assertThat(ann.patch(path(group), "{'name':'Anns'}").status()).isEqualTo(428);
        var mismatch = ann.with("If-Match", "\"9\"").patch(path(group), "{'name':'Anns'}");
        assertThat(mismatch.status()).isEqualTo(412);
        assertThat(mismatch.string("type")).isEqualTo("/problems/version-mismatch");
        var changed = ann.with("If-Match", "\"1\"").patch(path(group), "{'name':'Anns'}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.header("ETag")).isEqualTo("\"2\"");
        assertThat(ann.with("If-None-Match", "\"2\"").get(path(group)).status()).isEqualTo(304);
        assertThat(ann.with("If-None-Match", "\"1\"").get(path(group)).status()).isEqualTo(200);
        // A proxy that compresses makes tags weak.
        assertThat(ann.with("If-Match", "W/\"1\"").patch(path(group), "{}").status())
                .isEqualTo(412);
        assertThat(ann.with("If-Match", "W/\"2\"").patch(path(group), "{}").status())
                .isEqualTo(200);
    }

    @Test
    void anArchivedGroupIsReadAndLeftNothingElse() {
        var group = group("open", "public");
        bob.put(members(group) + "/me");

        var archived = ann.post(path(group) + "/archive");

        assertThat(archived.string("state")).isEqualTo("archived");
        assertThat(ann.post(path(group) + "/archive").json()).isEqualTo(archived.json());
        assertThat(ann.with("If-Match", "\"2\"")
                        .patch(path(group), "{'name':'x'}")
                        .string("type"))
                .isEqualTo("/problems/group-archived");
        assertThat(nobody.signedUp("Cleo").put(members(group) + "/me").status()).isEqualTo(409);
        assertThat(ann.post(path(group) + "/activities", "{}").status()).isEqualTo(409);
        assertThat(bob.get(path(group)).status()).isEqualTo(200);
        assertThat(bob.delete(members(group) + "/me").status()).isEqualTo(204);
        assertThat(ann.delete(members(group) + "/me").status()).isEqualTo(204);
    }

    @Test
    void joiningFollowsThePolicy() {
        var open = group("open", "public");
        var request = group("request", "public");
        var invite = group("invite", "public");

        assertThat(bob.put(members(open) + "/me").string("state")).isEqualTo("active");
        assertThat(bob.put(members(request) + "/me").string("state")).isEqualTo("requested");
        assertThat(bob.put(members(request) + "/me").status()).isEqualTo(200);
        assertThat(bob.put(members(invite) + "/me").status()).isEqualTo(403);
        assertThat(nobody.put(members(open) + "/me").status()).isEqualTo(401);
    }

    @Test
    void aRequestIsApprovedOrRefused() {
        var group = group("request", "public");
        var cleo = nobody.signedUp("Cleo");
        bob.put(members(group) + "/me");
        cleo.put(members(group) + "/me");

        assertThat(ann.get(members(group) + "?state=requested").items()).hasSize(2);
        assertThat(ann.patch(member(group, bob), "{'state':'active'}").string("state"))
                .isEqualTo("active");
        assertThat(ann.delete(member(group, cleo)).status()).isEqualTo(204);

        assertThat(ann.get(members(group) + "?state=requested").items()).isEmpty();
        assertThat(bob.get(members(group)).items()).hasSize(2);
        assertThat(bob.get(members(group) + "?state=requested").status()).isEqualTo(403);
        assertThat(cleo.get(members(group)).status()).isEqualTo(403);
    }

    @Test
    void anOrganizerHasNoSayOverOwnersOrganizersAndRoles() {
        var group = group("open", "public");
        var cleo = nobody.signedUp("Cleo");
        var dan = nobody.signedUp("Dan");
        List.of(bob, cleo, dan).forEach(user -> user.put(members(group) + "/me"));
        List.of(bob, cleo).forEach(user -> ann.patch(member(group, user), "{'role':'organizer'}"));

        assertThat(bob.patch(member(group, ann), "{'state':'banned'}").status()).isEqualTo(403);
        assertThat(bob.delete(member(group, cleo)).status()).isEqualTo(403);
        assertThat(bob.patch(member(group, dan), "{'role':'organizer'}").status())
                .isEqualTo(403);
        assertThat(bob.patch(member(group, dan), "{'state':'banned'}").status()).isEqualTo(200);
        assertThat(bob.patch(member(group, bob), "{'state':'banned'}").status()).isEqualTo(403);
        assertThat(dan.patch(member(group, bob), "{'state':'banned'}").status()).isEqualTo(403);
    }

    @Test
    void whoIsBannedStaysOutUntilTheBanIsLifted() {
        var group = group("open", "public");
        bob.put(members(group) + "/me");
        ann.patch(member(group, bob), "{'state':'banned'}");

        assertThat(bob.put(members(group) + "/me").string("type")).isEqualTo("/problems/banned");
        assertThat(bob.delete(members(group) + "/me").status()).isEqualTo(403);
        assertThat(bob.get(members(group)).status()).isEqualTo(403);

        assertThat(ann.delete(member(group, bob)).status()).isEqualTo(204);
        assertThat(bob.put(members(group) + "/me").status()).isEqualTo(201);
    }

    @Test
    void namesAreFoundWithoutAccentsAndInsideOfWordsWithoutBlanks() {
        var mark = "x" + UUID.randomUUID().toString().replace("-", "");
        var lodz = named("Łódź Straße " + mark, "public");
        var climbers = named("東京登山会 " + mark, "public");
        var path = "/api/v1/groups/" + lodz;

        assertThat(ann.get(path).string("slug")).startsWith("lodz-strasse");
        assertThat(found(ann, "lodz%20strasse%20" + mark)).containsExactly(lodz);
        assertThat(found(ann, "%E7%99%BB%E5%B1%B1%20" + mark)).containsExactly(climbers);
        ann.with("If-Match", "*").patch(path, "{'name':'Søren " + mark + "'}");
        assertThat(found(ann, "soren%20" + mark)).containsExactly(lodz);
        assertThat(found(ann, "lodz%20" + mark)).isEmpty();
    }

    @Test
    void aSlugIsNothingThatPathsUseOtherwise() {
        for (var name : List.of("Import", "new", "019cb2f8-a653-7893-923f-0824128b2f33")) {
            var made = ann.post("/api/v1/groups", "{'name':'%s','zone':'UTC'}".formatted(name));
            assertThat(made.string("slug")).isNotEqualToIgnoringCase(name).startsWith(name.toLowerCase(Locale.ROOT));
            assertThat(ann.get("/api/v1/groups/" + made.string("slug")).id()).isEqualTo(made.id());
            var slug = "'slug':'%s'".formatted(name.toLowerCase(Locale.ROOT));
            for (var refused : List.of(
                    ann.post("/api/v1/groups", "{'name':'A','zone':'UTC',%s}".formatted(slug)),
                    ann.with("If-Match", "*").patch(path(made.id()), "{%s}".formatted(slug)))) {
                assertThat(refused.status()).isEqualTo(422);
                assertThat(refused.json()
                                .getJsonArray("errors")
                                .getJsonObject(0)
                                .getString("pointer"))
                        .isEqualTo("#/slug");
            }
        }
    }

    @Test
    void aGroupMayKeepAReservedSlugOfAnEarlierVersion() throws Exception {
        var group = group("open", "public");
        execute("INSERT INTO group_directory (slug, group_id) VALUES ('new', '%s') ON CONFLICT DO NOTHING"
                .formatted(group));
        execute("UPDATE user_group SET slug = 'new' WHERE group_id = '" + group + "'");

        var renamed = ann.with("If-Match", "*").patch(path(group), "{'name':'Renamed'}");

        assertThat(renamed.status()).isEqualTo(200);
        assertThat(renamed.string("slug")).isEqualTo("new");
    }

    @Test
    void aNameThatAnEarlierVersionStoresIsFoundByItsWords() throws Exception {
        var mark = "x" + UUID.randomUUID().toString().replace("-", "");
        var group = group("open", "public");

        execute("UPDATE user_group SET name = 'Ünder " + mark + "' WHERE group_id = '" + group + "'");

        assertThat(found(ann, "under%20" + mark)).containsExactly(group.toString());
        assertThat(ann.with("If-Match", "*")
                        .patch(path(group), "{'description':'Now with terms'}")
                        .status())
                .isEqualTo(200);
        assertThat(found(ann, "under%20" + mark)).containsExactly(group.toString());
    }

    @Test
    void aZoneThatIsNotKnownHereIsShownAndStays() throws Exception {
        var group = group("open", "public");
        var activity = ann.post(
                path(group) + "/activities",
                "{'title':'Hike','startsLocal':'2099-07-01T10:00','durationMinutes':60,'visibility':'public'}");
        var there = path(group) + "/activities/" + activity.id();
        ann.post(there + "/publish");
        var series = ann.post(
                path(group) + "/series",
                "{'title':'Run','startsLocal':'2099-07-01T10:00','durationMinutes':60,"
                        + "'rule':{'frequency':'monthly','count':3}}");
        for (var table : List.of("user_group", "activity", "activity_series")) {
            execute("UPDATE " + table + " SET zone = 'America/Nowhere' WHERE group_id = '" + group + "'");
        }

        for (var path : List.of("", "/activities", "/series", "/changes", "/export", "/calendar.ics")) {
            assertThat(ann.get(path(group) + path).status()).as(path).isEqualTo(200);
        }
        assertThat(ann.get("/api/v1/me/groups").status()).isEqualTo(200);
        assertThat(ann.get(there).string("startsAt")).isEqualTo("2099-07-01T10:00:00-04:00");
        var owner = ann.with("If-Match", "*");
        assertThat(owner.patch(path(group), "{'description':'New'}").status()).isEqualTo(200);
        assertThat(owner.patch(there, "{'title':'Walk'}").string("startsAt")).isEqualTo("2099-07-01T10:00:00-04:00");
        for (var refused : List.of(
                owner.patch(there, "{'startsLocal':'2099-07-01T11:00'}"),
                owner.patch(path(group) + "/series/" + series.id(), "{'title':'Walk'}"),
                ann.post(there + "/duplicate", "{'startsLocal':'2099-07-02T11:00'}"),
                ann.post(
                        path(group) + "/activities",
                        "{'title':'Hike','startsLocal':'2099-07-01T10:00','durationMinutes':60}"))) {
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.string("type")).isEqualTo("/problems/unknown-zone");
        }
        assertThat(owner.patch(there, "{'zone':'America/Toronto','startsLocal':'2099-07-01T11:00'}")
                        .string("startsAt"))
                .isEqualTo("2099-07-01T11:00:00-04:00");
    }

    @Test
    void whoWasNeverAMemberCanBeBanned() {
        var group = group("open", "public");

        assertThat(ann.patch(member(group, bob), "{'state':'active'}").status()).isEqualTo(404);
        assertThat(ann.patch("/api/v1/groups/" + group + "/members/" + group, "{'state':'banned'}")
                        .status())
                .isEqualTo(404);
        var banned = ann.patch(member(group, bob), "{'state':'banned'}");

        assertThat(banned.status()).isEqualTo(200);
        assertThat(banned.string("state")).isEqualTo("banned");
        assertThat(bob.put(members(group) + "/me").string("type")).isEqualTo("/problems/banned");
        assertThat(ann.delete(member(group, bob)).status()).isEqualTo(204);
        assertThat(bob.put(members(group) + "/me").status()).isEqualTo(201);
    }

    @Test
    void theLastOwnerStays() {
        var group = group("open", "public");
        bob.put(members(group) + "/me");

        var left = ann.delete(members(group) + "/me");

        assertThat(left.status()).isEqualTo(409);
        assertThat(left.string("type")).isEqualTo("/problems/last-owner");
        assertThat(left.json().getJsonArray("groups").getString(0)).isEqualTo(group.toString());
        assertThat(ann.patch(member(group, ann), "{'role':'member'}").status()).isEqualTo(409);
        assertThat(ann.patch(member(group, ann), "{'state':'banned'}").status()).isEqualTo(409);
        assertThat(ann.delete(member(group, ann)).status()).isEqualTo(409);
        assertThat(ann.patch(member(group, bob), "{'role':'owner'}").status()).isEqualTo(200);
        assertThat(ann.delete(members(group) + "/me").status()).isEqualTo(204);
    }

    /** I7. */
    @Test
    void anActiveGroupKeepsAnOwnerWhenAllLeaveAtOnce() throws Exception {
        var owners = List.of(ann, bob, nobody.signedUp("Cleo"), nobody.signedUp("Dan"));
        for (var round = 0; round < 10; round++) {
            var group = group("open", "public");
            owners.forEach(owner -> owner.put(members(group) + "/me"));
            owners.subList(1, 4).forEach(owner -> ann.patch(member(group, owner), "{'role':'owner'}"));
            var ways = List.<Callable<Answer>>of(
                    () -> ann.delete(members(group) + "/me"),
                    () -> owners.get(1).patch(member(group, owners.get(1)), "{'role':'member'}"),
                    () -> owners.get(2).patch(member(group, owners.get(3)), "{'state':'banned'}"),
                    () -> owners.get(3).delete(member(group, owners.get(2))));

            assertThat(Client.atOnce(ways)).noneMatch(answer -> answer.status() >= 500);

            assertThat(count(
                            "SELECT count(*) FROM membership WHERE group_id = ? AND role = 'owner'"
                                    + " AND state = 'active'",
                            group))
                    .isPositive();
        }
    }

    /** I2. */
    @Test
    void somebodyIsAMemberOnceHoweverOftenTheyJoinAtOnce() throws Exception {
        var group = group("open", "public");
        Callable<Answer> join = () -> bob.put(members(group) + "/me");

        var answers =
                Client.atOnce(IntStream.range(0, 12).mapToObj(time -> join).toList());

        assertThat(answers).extracting(Answer::status).containsOnly(200, 201).containsOnlyOnce(201);
        assertThat(count("SELECT count(*) FROM membership WHERE group_id = ?", group))
                .isEqualTo(2);
    }

    /** I12. */
    @Test
    void ofManyWhoChangeTheSameVersionOneSucceeds() throws Exception {
        var group = group("open", "public");
        for (var version = 1; version <= 5; version++) {
            var holder = ann.with("If-Match", "\"" + version + "\"");
            var changes = IntStream.range(0, 8)
                    .<Callable<Answer>>mapToObj(
                            change -> () -> holder.patch(path(group), "{'description':'%d'}".formatted(change)))
                    .toList();

            var answers = Client.atOnce(changes);

            assertThat(answers)
                    .extracting(Answer::status)
                    .containsOnly(200, 412)
                    .containsOnlyOnce(200);
        }
        assertThat(ann.get(path(group)).json().getInt("version")).isEqualTo(6);
    }

    @Test
    void listsArePagedWithoutGapsOrRepeats() {
        var slugs = "paged-" + UUID.randomUUID();
        var made = IntStream.range(0, 7)
                .mapToObj(number -> ann.post("/api/v1/groups", "{'name':'%s','zone':'UTC'}".formatted(slugs))
                        .id()
                        .toString())
                .toList();
        var seen = new ArrayList<String>();

        var answer = ann.get("/api/v1/me/groups?limit=3");
        while (true) {
            answer.items().forEach(item -> seen.add(item.getJsonObject("group").getString("id")));
            if (answer.json().isNull("next")) {
                break;
            }
            assertThat(answer.header("Link")).endsWith("; rel=\"next\"");
            answer = ann.get("/api/v1/me/groups?limit=3&cursor=" + answer.string("next"));
        }

        assertThat(seen).doesNotHaveDuplicates().containsAll(made).isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(ann.get("/api/v1/me/groups?limit=0").status()).isEqualTo(400);
        assertThat(ann.get("/api/v1/me/groups?limit=101").status()).isEqualTo(400);
        assertThat(ann.get("/api/v1/groups?cursor=nonsense").string("type")).isEqualTo("/problems/invalid-parameter");
    }

    @Test
    void theListOfGroupsShowsPublicOnesAndOnesOwn() {
        var open = group("open", "public").toString();
        var hidden = group("open", "private").toString();

        assertThat(ids(nobody.get("/api/v1/groups?limit=100"))).contains(open).doesNotContain(hidden);
        assertThat(ids(ann.get("/api/v1/groups?limit=100"))).contains(open, hidden);
        assertThat(ids(bob.get("/api/v1/groups?limit=100"))).contains(open).doesNotContain(hidden);
    }

    private UUID group(String joinPolicy, String visibility) {
        return ann.post(
                        "/api/v1/groups",
                        "{'name':'Group','zone':'America/Toronto','joinPolicy':'%s','visibility':'%s'}"
                                .formatted(joinPolicy, visibility))
                .id();
    }

    private static String path(UUID group) {
        return "/api/v1/groups/" + group;
    }

    private static String members(UUID group) {
        return path(group) + "/members";
    }

    private static String member(UUID group, Client user) {
        return members(group) + "/" + user.id();
    }

    private static List<String> ids(Answer answer) {
        return answer.items().stream().map(item -> item.getString("id")).toList();
    }

    private void execute(String update) throws Exception {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(update);
        }
    }

    private long count(String query, UUID group) throws Exception {
        try (var connection = database.connect();
                var statement = connection.prepareStatement(query)) {
            statement.setObject(1, group);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}

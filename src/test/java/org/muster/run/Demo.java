package org.muster.run;

import java.net.URI;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.muster.Client;
import org.muster.Client.Answer;

/** {@code mvn -Prun -Ddemo}: demo data with accounts, groups and activities, created through the API. */
public final class Demo {
    /** The password of all demo accounts. */
    public static final String PASSWORD = "muster demo";

    private static final List<String> NAMES =
            List.of("Ann", "Bob", "Chloé", "Dinesh", "Eva", "Farid", "Grace", "Hugo", "Ines", "Jonas");

    /** Nobody reads the mail of demo accounts. */
    private static final String VERIFY = "UPDATE user_account SET email_verified_at = now()";

    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Map<String, Client> people = new LinkedHashMap<>();

    private Demo(URI base, EmbeddedDatabase database) {
        nobody = Client.unvalidated(base);
        this.database = database;
    }

    /**
     * Creates the demo data, unless the database contains accounts.
     *
     * @param database the embedded database; if empty, another database is used, and no demo data is created in it
     * @return a line for the user: the demo accounts, or why there is no demo data
     */
    public static String create(URI base, Optional<EmbeddedDatabase> database) {
        if (database.isEmpty()) {
            return "No demo data: it is created in the embedded database only";
        }
        if (hasAccounts(database.get())) {
            return "No demo data: the database in ./data already contains accounts";
        }
        System.out.println("Creating demo data");
        return new Demo(base, database.get()).create();
    }

    private static boolean hasAccounts(EmbeddedDatabase database) {
        try (var connection = database.connect();
                var row = connection.createStatement().executeQuery("SELECT EXISTS (SELECT FROM user_account)")) {
            row.next();
            return row.getBoolean(1);
        } catch (SQLException failure) {
            throw CannotRunException.noDemo(failure.getMessage());
        }
    }

    private String create() {
        NAMES.forEach(name -> people.put(name, signedUp(name)));
        verifyAddresses();
        addWalkingGroup();
        addGamesGroup();
        addReadingGroup();
        return "Demo: sign in as " + email("Ann") + " (owner), " + email("Bob") + " (organizer) or " + email("Chloé")
                + " (member), with the password '" + PASSWORD + "'";
    }

    private void verifyAddresses() {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.executeUpdate(VERIFY);
        } catch (SQLException failure) {
            throw CannotRunException.noDemo(failure.getMessage());
        }
    }

    /** A public group in Toronto: a full activity with a queue, one that is half full, a draft, and a series. */
    private void addWalkingGroup() {
        var group = group("Ann", "Don Valley Walkers", "America/Toronto", "open", "public", """
                Easy walks in the ravines, all year. Bring water.""");
        join(group, "Bob", "Chloé", "Dinesh", "Eva", "Farid", "Grace", "Hugo");
        require(as("Ann").patch(group + "/members/" + as("Bob").id(), "{'role':'organizer'}"));
        var next = today("America/Toronto").with(TemporalAdjusters.next(DayOfWeek.SATURDAY));
        var full = published("Ann", group, "Brick Works loop", next + "T09:30", 90, "'capacity':4,'guestsAllowed':1");
        signUp(full, 0, "Ann", "Chloé", "Dinesh");
        signUp(full, 1, "Eva");
        signUp(full, 0, "Farid", "Grace", "Hugo");
        var half = published(
                "Bob",
                group,
                "Scarborough Bluffs",
                next.plusWeeks(1) + "T10:00",
                180,
                "'capacity':12,'guestsAllowed':2");
        signUp(half, 2, "Chloé");
        signUp(half, 0, "Bob", "Dinesh", "Grace");
        require(as("Bob")
                .post(group + "/activities", activity("Night walk", next.plusWeeks(2) + "T21:00", 60, "'capacity':8")));
        var wednesday = today("America/Toronto").with(TemporalAdjusters.next(DayOfWeek.WEDNESDAY));
        require(as("Bob").post(group + "/series", """
                {'title':'Lunch-hour walk','startsLocal':'%sT12:15','durationMinutes':40,'publish':true,
                 'place':'Riverdale Park, Broadview entrance',
                 'rule':{'frequency':'weekly','interval':1,'weekdays':['wed'],'count':20}}""".formatted(wednesday)));
    }

    /** A public group in Vancouver with join requests: a series, and a pending request. */
    private void addGamesGroup() {
        var group = group("Dinesh", "East Van Board Games", "America/Vancouver", "request", "public", """
                Every other Friday at the library. Beginners are welcome.""");
        for (var name : List.of("Ann", "Grace", "Hugo")) {
            join(group, name);
            require(as("Dinesh").patch(group + "/members/" + as(name).id(), "{'state':'active'}"));
        }
        join(group, "Ines");
        var friday = today("America/Vancouver").with(TemporalAdjusters.next(DayOfWeek.FRIDAY));
        require(as("Dinesh").post(group + "/series", """
                {'title':'Games night','startsLocal':'%sT19:00','durationMinutes':180,'capacity':6,'publish':true,
                 'rule':{'frequency':'weekly','interval':2,'weekdays':['fri'],'count':26}}""".formatted(friday)));
        var evenings = require(as("Dinesh").get(group + "/activities?limit=2")).items();
        signUp(group + "/activities/" + evenings.get(0).getString("id"), 0, "Dinesh", "Ann", "Grace");
        signUp(group + "/activities/" + evenings.get(1).getString("id"), 0, "Hugo");
    }

    /** A private group in Paris, by invitation. */
    private void addReadingGroup() {
        var group = group("Eva", "Cercle de lecture", "Europe/Paris", "invite", "private", """
                Un livre par mois.""");
        var invitation = require(as("Eva").post(group + "/invitations", "{'max':5}"));
        for (var name : List.of("Chloé", "Jonas")) {
            require(as(name).post("/api/v1/invitations/" + invitation.string("token") + "/accept"));
        }
        var first = today("Europe/Paris").with(TemporalAdjusters.firstDayOfNextMonth());
        var evening = published("Eva", group, "L'Étranger", first + "T20:00", 120, "'capacity':8");
        signUp(evening, 0, "Eva", "Jonas");
    }

    private Client as(String name) {
        return people.get(name);
    }

    private Client signedUp(String name) {
        require(nobody.post("/api/v1/users", """
                {'email':'%s','password':'%s','displayName':'%s','zone':'America/Toronto'}
                """.formatted(email(name), PASSWORD, name)));
        var session = require(
                nobody.post("/api/v1/sessions", "{'email':'%s','password':'%s'}".formatted(email(name), PASSWORD)));
        return nobody.with("Authorization", "Bearer " + session.string("token"));
    }

    /** Returns the e-mail address of a demo account. */
    public static String email(String name) {
        return name.toLowerCase(java.util.Locale.ROOT).replace('é', 'e') + "@demo.example";
    }

    private String group(
            String owner, String name, String zone, String joinPolicy, String visibility, String description) {
        return "/api/v1/groups/"
                + require(as(owner)
                                .post("/api/v1/groups", """
                {'name':'%s','zone':'%s','joinPolicy':'%s','visibility':'%s','description':'%s'}
                """.formatted(name, zone, joinPolicy, visibility, description)))
                        .id();
    }

    private void join(String group, String... names) {
        for (var name : names) {
            require(as(name).put(group + "/members/me"));
        }
    }

    private String published(String by, String group, String title, String start, int minutes, String fields) {
        var made = require(as(by).post(group + "/activities", activity(title, start, minutes, fields)));
        var path = group + "/activities/" + made.id();
        require(as(by).post(path + "/publish"));
        return path;
    }

    private static String activity(String title, String start, int minutes, String fields) {
        return "{'title':'%s','startsLocal':'%s','durationMinutes':%d,'visibility':'public',%s}"
                .formatted(title.replace("'", "\\u0027"), start, minutes, fields);
    }

    private void signUp(String activity, int guests, String... names) {
        for (var name : names) {
            require(as(name).with("Content-Type", "application/json")
                    .send("PUT", activity + "/signups/me", Client.json("{'guests':" + guests + "}")));
        }
    }

    private static LocalDate today(String zone) {
        return LocalDate.now(ZoneId.of(zone));
    }

    private static Answer require(Answer answer) {
        if (answer.status() >= 300) {
            throw CannotRunException.noDemo(answer.body());
        }
        return answer;
    }
}

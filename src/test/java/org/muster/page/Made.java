package org.muster.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.muster.Client;

/** What is there before somebody opens the page: made over the API, and known by its path there. */
final class Made {
    private Made() {}

    /** A group in Toronto. */
    static String group(Client owner, String name, String joinPolicy, String visibility) {
        var made = owner.post("/api/v1/groups", """
                {'name':'%s','zone':'America/Toronto','joinPolicy':'%s','visibility':'%s'}
                """.formatted(name, joinPolicy, visibility));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return "/api/v1/groups/" + made.id();
    }

    /** A draft for everybody on a Saturday evening in June 2090, with these fields. */
    static String draft(Client organizer, String group, String title, String fields) {
        var made = organizer.post(group + "/activities", """
                {'title':'%s','startsLocal':'2090-06-17T18:30','durationMinutes':90,'visibility':'public'%s}
                """.formatted(title, more(fields)));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return group + "/activities/" + made.id();
    }

    static String published(Client organizer, String group, String title, String fields) {
        var activity = draft(organizer, group, title, fields);
        assertThat(organizer.post(activity + "/publish").status()).isEqualTo(200);
        return activity;
    }

    static void member(Client client, String group) {
        assertThat(client.put(group + "/members/me").status()).isEqualTo(201);
    }

    static void signUp(Client client, String activity, int guests) {
        var answer = client.with("Content-Type", "application/json")
                .send("PUT", activity + "/signups/me", Client.json("{'guests':%d}".formatted(guests)));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    /** Where the page shows what has this path. */
    static String view(String path) {
        return path.replace("/api/v1", "");
    }

    private static String more(String fields) {
        return fields.isEmpty() ? fields : "," + fields;
    }
}

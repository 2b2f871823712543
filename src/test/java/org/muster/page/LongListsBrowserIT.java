package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.heading;

import com.microsoft.playwright.Page;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

/** A group of a thousand members and two hundred activities: what is out of sight costs little. */
@ExtendWith({RunningMuster.class, InBrowser.class})
@TestInstance(Lifecycle.PER_CLASS)
class LongListsBrowserIT {
    private static final YearMonth MONTH = YearMonth.now().plusMonths(1);
    private static final int ELEMENTS_OF_A_ROW = 14;
    private static final int ELEMENTS_OF_A_VIEW = 1500;

    private static final String JOIN = """
            WITH person AS (
                INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash)
                SELECT gen_random_uuid(), email, email, 'Person ' || n, 'America/Toronto', 'none'
                  FROM generate_series(1, 1000) AS n
                 CROSS JOIN LATERAL (SELECT n || '-' || gen_random_uuid() || '@example.org' AS email) AS made
                RETURNING user_id)
            INSERT INTO membership (group_id, user_id, role, state)
            SELECT ?, user_id, 'member', 'active' FROM person
            """;

    private static final String PAST = """
            INSERT INTO activity (group_id, activity_id, title, description, place, online_url, starts_local, zone,
                   duration_minutes, starts_at, tzdb_version, guests_allowed, waitlist, visibility, state, published_at)
            SELECT ?, gen_random_uuid(), 'Past', '', '', '', moment, 'UTC', 60, moment AT TIME ZONE 'UTC', '2026a', 0, true,
                   'group', 'published', moment AT TIME ZONE 'UTC'
              FROM generate_series(timestamp '2020-01-01', timestamp '2020-01-01' + 999 * interval '1 day', '1 day') AS moment
            """;

    private static final String IS_DRAWN =
            "row => row.firstElementChild.checkVisibility({ contentVisibilityAuto: true })";

    private Client olga;
    private String group;

    @BeforeAll
    void fill(Client nobody, EmbeddedDatabase database) throws SQLException {
        olga = nobody.signedUp("Olga");
        group = Made.group(olga, "Walkers " + UUID.randomUUID(), "open", "public");
        try (var connection = database.connect();
                var join = connection.prepareStatement(JOIN);
                var past = connection.prepareStatement(PAST)) {
            for (var statement : List.of(join, past)) {
                statement.setObject(1, UUID.fromString(group.substring(group.lastIndexOf('/') + 1)));
                statement.executeUpdate();
            }
        }
        for (var hour : new String[] {"08", "19"}) {
            var series = olga.post(group + "/series", """
                    {'title':'Walk','startsLocal':'%sT%s:00','durationMinutes':60,'publish':true,
                     'rule':{'frequency':'daily','count':100}}
                    """.formatted(MONTH.atDay(1), hour));
            assertThat(series.status()).as(series.body()).isEqualTo(201);
        }
    }

    @Test
    void aThousandMembersAreDrawnWhereOneLooks(Windows windows) {
        var page =
                windows.open(Look.PHONE, olga).go(Made.view(group) + "/members").page();
        assertThat(heading(page, "1,001 members")).isVisible();
        var rows = page.locator("main .list > li");
        assertThat(rows).hasCount(1001);

        assertThat(elements(page)).isLessThan(1001 * ELEMENTS_OF_A_ROW);
        page.waitForFunction(IS_DRAWN, rows.first().elementHandle());
        assertThat(rows.last().evaluate(IS_DRAWN)).isEqualTo(false);

        rows.last().scrollIntoViewIfNeeded();

        assertThat(rows.last().locator("button")).isVisible();
        page.waitForFunction(IS_DRAWN, rows.last().elementHandle());
    }

    @Test
    void twoHundredActivitiesAreShownInPages(Windows windows) {
        var page = windows.open(Look.PHONE, olga)
                .go(Made.view(group) + "?view=list")
                .page();
        assertThat(page.locator("main .activity-row")).hasCount(20);

        assertThat(elements(page)).isLessThan(ELEMENTS_OF_A_VIEW);
        button(page, "Show more").click();
        assertThat(page.locator("main .activity-row")).hasCount(40);

        page.navigate(page.url().replace("view=list", "view=calendar&month=" + MONTH));

        assertThat(page.locator("main .entry").nth(2 * MONTH.lengthOfMonth() - 1))
                .isAttached();
        assertThat(elements(page)).isLessThan(ELEMENTS_OF_A_VIEW);
    }

    @Test
    void theAuditNamesTheNewestOfAThousandActivities(Windows windows) {
        Made.published(olga, group, "Newest", "");

        var page =
                windows.open(Look.PHONE, olga).go(Made.view(group) + "/audit").page();

        assertThat(page.locator("main li").first()).containsText("Olga (you) published Newest");
    }

    private static int elements(Page page) {
        return ((Number) page.evaluate("document.querySelectorAll('*').length")).intValue();
    }
}

package org.muster.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

class GroupDocumentTest {
    private static final UUID HIKE = UUID.fromString("019e3cc9-045b-7951-9d9d-c9f81818e811");

    /** Two of three seats are Ann's, Bob waits for two, Cleo has left. */
    private static final String VALID = """
            {'format':'muster-group','formatVersion':1,'exportedAt':'2026-11-23T18:00:00Z',
             'group':{'id':'019cb2f8-a653-7893-923f-0824128b2f33','name':'Walkers','slug':'walkers','description':'',
                      'zone':'UTC','joinPolicy':'open','visibility':'public','state':'active','version':3,
                      'createdAt':'2026-03-03T09:12:45.908114Z','updatedAt':'2026-03-03T09:12:45.908114Z'},
             'members':[{'userId':'019caede-03ba-726b-b2a7-4de452e6b401','displayName':'Ann','role':'owner','state':'active',
                         'since':'2026-03-03T09:12:45Z'},
                        {'userId':'019caede-03ba-726b-b2a7-4de452e6b402','displayName':'Bob','role':'member','state':'active',
                         'since':'2026-03-03T09:12:45Z'}],
             'others':[{'userId':'019caede-03ba-726b-b2a7-4de452e6b403','displayName':'Cleo'}],
             'activities':[{'id':'019e3cc9-045b-7951-9d9d-c9f81818e811','title':'Hike','startsLocal':'2027-07-01T18:30:00',
                            'zone':'UTC','durationMinutes':90,'capacity':3,'guestsAllowed':1,'waitlist':true,
                            'visibility':'group','state':'published','version':2,'sequence':1,
                            'publishedAt':'2026-05-18T12:00:00Z','createdAt':'2026-05-18T12:00:00Z',
                            'updatedAt':'2026-05-18T12:00:00Z'}],
             'series':[],
             'signUps':[{'activityId':'019e3cc9-045b-7951-9d9d-c9f81818e811','userId':'019caede-03ba-726b-b2a7-4de452e6b401',
                         'state':'confirmed','seats':2,'queueNumber':1,'attendance':'unknown',
                         'madeBy':'019caede-03ba-726b-b2a7-4de452e6b401','createdAt':'2026-05-18T12:00:00Z',
                         'updatedAt':'2026-05-18T12:00:00Z'},
                        {'activityId':'019e3cc9-045b-7951-9d9d-c9f81818e811','userId':'019caede-03ba-726b-b2a7-4de452e6b402',
                         'state':'waiting','seats':2,'queueNumber':3,'attendance':'unknown',
                         'madeBy':'019caede-03ba-726b-b2a7-4de452e6b401','createdAt':'2026-05-18T12:00:00Z',
                         'updatedAt':'2026-05-18T12:00:00Z'},
                        {'activityId':'019e3cc9-045b-7951-9d9d-c9f81818e811','userId':'019caede-03ba-726b-b2a7-4de452e6b403',
                         'state':'cancelled','seats':1,'queueNumber':2,'attendance':'unknown',
                         'madeBy':'019caede-03ba-726b-b2a7-4de452e6b403','createdAt':'2026-05-18T12:00:00Z',
                         'updatedAt':'2026-05-18T12:00:00Z'}],
             'moves':[{'activityId':'019e3cc9-045b-7951-9d9d-c9f81818e811','userId':'019caede-03ba-726b-b2a7-4de452e6b403',
                       'from':'waiting','to':'cancelled','seats':1,'queueNumber':4,'cause':'left-group','reason':'',
                       'madeBy':null,'at':'2026-05-18T12:00:00Z'}],
             'audit':[{'actorId':'019caede-03ba-726b-b2a7-4de452e6b401','action':'group.created','userId':null,
                       'activityId':null,'reason':'','at':'2026-03-03T09:12:45Z'}]}
            """;

    private static final UUID WALKS = UUID.fromString("019e3cc9-045b-7951-9d9d-c9f81818e822");

    /** The hike is the first of three walks. */
    private static final String REPEATED = VALID.replace(
                    "'id':'" + HIKE + "',", "'id':'" + HIKE + "','seriesId':'" + WALKS + "','occursOn':'2027-07-01',")
            .replace("'series':[]", "'series':[{'id':'" + WALKS + "'," + """
                    'title':'Walk','startsLocal':'2027-07-01T18:30:00','zone':'UTC','durationMinutes':90,'publish':true,
                    'rule':{'frequency':'weekly','interval':1,'weekdays':['thu'],'count':3},
                    'state':'active','madeThrough':'2027-07-01','version':1,
                    'createdAt':'2026-05-18T12:00:00Z','updatedAt':'2026-05-18T12:00:00Z'}]
                    """);

    @Test
    void aSeriesComesWithItsOccurrences() {
        var document = read(REPEATED);

        assertThat(document.series()).singleElement().satisfies(series -> {
            assertThat(series.id()).isEqualTo(WALKS);
            assertThat(series.template().dates()).hasSize(3);
        });
        assertThat(document.activities()).singleElement().satisfies(activity -> {
            var occurrence = activity.occurrence().orElseThrow();
            assertThat(occurrence.series()).isEqualTo(WALKS);
            assertThat(occurrence.on()).isEqualTo("2027-07-01");
            assertThat(occurrence.overridden()).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "['thu'] | ['fri'] | #/series/0/startsLocal",
                "['thu'] | ['thursday'] | #/series/0/rule/weekdays",
                "['thu'] | {'a':1} | #/series/0/rule/weekdays",
                "'count':3 | 'count':105 | #/series/0/rule",
                "'count':3 | 'until':'2027-06-30' | #/series/0/rule",
                "'count':3 | 'count':3,'until':'2027-07-30' | #/series/0/rule/count",
                "'count':3 | 'count':3,'song':1 | #/series/0/rule/song",
                "'zone':'UTC','durationMinutes':90,'publish' | 'durationMinutes':90,'publish' | #/series/0/zone",
                "'madeThrough':'2027-07-01', | `` | #/series/0/madeThrough",
                "'madeThrough':'2027-07-01','version':1 | 'madeThrough':'2027-07-01','version':2147483647 | #/series/0/version",
                "'madeThrough':'2027-07-01', | 'madeThrough':'soon', | #/series/0/madeThrough",
                "'occursOn':'2027-07-01', | `` | #/activities/0/occursOn",
                "'seriesId':'019e3cc9-045b-7951-9d9d-c9f81818e822', | `` | #/activities/0/occursOn",
                "'seriesId':'019e3cc9-045b-7951-9d9d-c9f81818e822' | 'seriesId':'019e3cc9-045b-7951-9d9d-c9f81818e823' | #/activities/0/seriesId"
            })
    void whatIsWrongWithASeriesIsPointedAt(String part, String other, String pointer) {
        assertThat(REPEATED).contains(part);

        var problem = refused(
                REPEATED.replaceFirst(Pattern.quote(part), Matcher.quoteReplacement(other == null ? "" : other)));

        assertThat(problem.type()).isEqualTo(ProblemType.VALIDATION);
        assertThat(problem.errors().getJsonObject(0).getString("pointer")).isEqualTo(pointer);
    }

    @Test
    void whatIsValidIsReadAndCounted() {
        var document = read(VALID);

        assertThat(document.group().settings().slug()).isEqualTo("walkers");
        assertThat(document.people()).hasSize(3);
        assertThat(document.signUps()).hasSize(3);
        var tally = document.tallies().get(HIKE);
        assertThat(tally.seatsTaken()).isEqualTo(2);
        assertThat(tally.waiting()).isEqualTo(1);
        assertThat(tally.lastNumber()).isEqualTo(4);
    }

    @Test
    void nobodyWaitsForMoreSeatsThanThereAreAndKeepsOthersOut() {
        var tooMany = VALID.replace("'seats':2,'queueNumber':3", "'seats':4,'queueNumber':3");
        var past = tooMany.replace("2027-07-01T18:30", "2026-07-01T18:30");
        var future = tooMany.replace("2027-07-01T18:30", "2090-07-01T18:30");

        assertThat(read(past).signUps()).hasSize(3);
        assertThat(refused(future).errors().getJsonObject(0).getString("pointer"))
                .isEqualTo("#/signUps/1/seats");
    }

    @Test
    void theOrderOfItsPartsDoesNotMatter() {
        var audit = VALID.substring(VALID.indexOf("'audit'"), VALID.lastIndexOf('}'));

        var document = read("{" + audit + ","
                + VALID.replace("'series':[],", "")
                        .replace(audit, "'series':[]")
                        .substring(1));

        assertThat(document.audit()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'capacity':3 | 'capacity':1 | #/activities/0/capacity",
                "'queueNumber':3 | 'queueNumber':1 | #/signUps/1/queueNumber",
                "'queueNumber':3 | 'queueNumber':0 | #/signUps/1/queueNumber",
                "'seats':2,'queueNumber':1 | 'seats':0,'queueNumber':1 | #/signUps/0/seats",
                "'displayName':'Cleo' | 'displayName':7 | #/others/0/displayName",
                "'displayName':'Cleo' | 'displayName':{'a':[1]} | #/others/0/displayName",
                "'displayName':'Cleo' | 'displayName':'Cleo','email':'c@example.org' | #/others/0/email",
                "'state':'published' | 'state':'draft' | #/activities/0/publishedAt",
                "'publishedAt':'2026-05-18T12:00:00Z', | `` | #/activities/0/publishedAt",
                "'zone':'UTC','durationMinutes' | 'durationMinutes' | #/activities/0/zone",
                "'zone':'UTC','joinPolicy' | 'zone':'Mars/Olympus','joinPolicy' | #/group/zone",
                "'slug':'walkers' | 'slug':'' | #/group/slug",
                "'id':'019cb2f8 | 'id':'ff9cb2f8 | #/group/id",
                "'id':'019cb2f8-a653-7893 | 'id':'019cb2f8-a653-4893 | #/group/id",
                "'role':'member','state':'active' | 'role':'organizer','state':'banned' | #/members/1/role",
                "'role':'owner' | 'role':'king' | #/members/0/role",
                "'version':3 | 'version':2147483647 | #/group/version",
                "'sequence':1 | 'sequence':2147483647 | #/activities/0/sequence",
                "'format':'muster-group' | 'format':'other' | #/format",
                "'formatVersion':1 | 'formatVersion':2 | #/formatVersion",
                "'series':[] | 'series':[{}] | #/series/0/title",
                "'series':[] | 'series':[1] | #/series/0",
                "'series':[] | 'series':7 | #/series",
                "'series':[] | 'songs':[] | #/songs",
                "'others':[ | 'others':[1, | #/others/0",
                "'cause':'left-group' | 'cause':'left_group' | #/moves/0/cause",
                "'action':'group.created','userId':null | 'action':'x','userId':'019caede-03ba-726b-b2a7-4de452e6b409' | #/audit/0/userId"
            })
    void whatIsWrongIsPointedAt(String part, String other, String pointer) {
        assertThat(VALID).contains(part);

        var problem =
                refused(VALID.replaceFirst(Pattern.quote(part), Matcher.quoteReplacement(other == null ? "" : other)));

        assertThat(problem.type()).isEqualTo(ProblemType.VALIDATION);
        assertThat(problem.errors().getJsonObject(0).getString("pointer")).isEqualTo(pointer);
    }

    @Test
    void whoComesTwiceAndWhoIsUnknownIsPointedAt() {
        var twice = refused(VALID.replace("6b403','displayName'", "6b402','displayName'"));
        var unknown = refused(VALID.replace("6b403','displayName'", "6b499','displayName'"));
        var twiceSignedUp = refused(VALID.replaceFirst("6b403',(\\s+)'state'", "6b402',$1'state'"));

        assertThat(pointers(twice)).containsExactly("#/others/0/userId");
        assertThat(pointers(unknown)).containsExactly("#/signUps/2/userId", "#/signUps/2/madeBy", "#/moves/0/userId");
        assertThat(pointers(twiceSignedUp)).containsExactly("#/signUps/2/userId");
    }

    @Test
    void noMoreThanAHundredErrorsAreTold() {
        var many = "{},".repeat(500);

        var problem = refused(VALID.replace("'others':[", "'others':[" + many));

        assertThat(problem.errors()).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "7", "{", "{'format':'muster-group'", "{'a':1,'a':2}", "{'others':[{'a':1,'a':2}]}"})
    void whatIsNoObjectIsMalformed(String text) {
        assertThat(refused(text).type()).isEqualTo(ProblemType.MALFORMED_BODY);
        assertThat(refused(VALID + "{}").type()).isEqualTo(ProblemType.MALFORMED_BODY);
    }

    @Test
    void whatIsNotUtf8IsMalformed() {
        var latin1 = VALID.replace('\'', '"').replace("Cleo", "Zo\u00eb").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(refused(new ByteArrayInputStream(latin1)).type()).isEqualTo(ProblemType.MALFORMED_BODY);
    }

    @Test
    void moreThanItMayHaveIsNotRead() {
        var endless = new InputStream() {
            private int read;

            @Override
            public int read() {
                return read++ == 0 ? '{' : ' ';
            }
        };

        assertThat(refused(endless).type()).isEqualTo(ProblemType.CONTENT_TOO_LARGE);
        assertThat(endless.read).isLessThan(34 << 20);
    }

    private static List<String> pointers(Problem problem) {
        return problem.errors().stream()
                .map(error -> error.asJsonObject().getString("pointer"))
                .toList();
    }

    private static GroupDocument read(String text) {
        return GroupDocumentReader.read(stream(text));
    }

    private static Problem refused(String text) {
        return refused(stream(text));
    }

    private static Problem refused(InputStream body) {
        return catchThrowableOfType(Problem.class, () -> GroupDocumentReader.read(body));
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}

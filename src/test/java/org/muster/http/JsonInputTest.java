package org.muster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

class JsonInputTest {
    private enum Colour {
        RED,
        GREEN
    }

    @Test
    void whatIsValidIsRead() {
        var input = input("{'name':'  Ann"
                + " ','age':7,'open':true,'colour':'green','zone':'America/Toronto','at':'2026-07-01T18:30'}");

        assertThat(input.line("name", 1, 10)).isEqualTo("Ann");
        assertThat(input.number("age", 0, 10)).isEqualTo(7);
        assertThat(input.flag("open", false)).isTrue();
        assertThat(input.choice("colour", Colour.RED)).isEqualTo(Colour.GREEN);
        assertThat(input.zone("zone")).hasToString("America/Toronto");
        assertThat(input.localTime("at")).hasToString("2026-07-01T18:30");
        assertThatCode(input::done).doesNotThrowAnyException();
    }

    /** It would round them, maybe to the next day. */
    @Test
    void timesAreNotFinerThanTheDatabase() {
        var input = input("{'local':'2100-12-31T23:59:59.999999999','at':'2100-12-31T23:59:59.999999999Z'}");

        assertThat(input.localTime("local")).isEqualTo("2100-12-31T23:59:59.999999");
        assertThat(input.requiredInstant("at")).isEqualTo("2100-12-31T23:59:59.999999Z");
        assertThatCode(input::done).doesNotThrowAnyException();
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        var input = input("{'name':'','age':1.5,'open':'yes','colour':'RED','surprise':null}");
        input.line("name", 1, 10);
        input.number("age", 0, 10);
        input.flag("open", false);
        input.choice("colour", Colour.RED);
        input.number("seats", 1, 2);

        assertThat(pointers(input)).containsExactly("#/name", "#/age", "#/open", "#/colour", "#/seats", "#/surprise");
    }

    @Test
    void noMoreThanAHundredErrorsAreTold() {
        var fields = IntStream.range(0, 60_000).mapToObj(number -> "'x" + number + "':1");

        assertThat(pointers(input("{" + fields.collect(Collectors.joining(",")) + "}")))
                .hasSize(100)
                .startsWith("#/x0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1", "11", "0.5", "'5'", "null", "true", "99999999999999999999"})
    void aNumberOutOfBoundsOrOfAnotherTypeIsRefused(String value) {
        var input = input("{'age':" + value + "}");
        input.number("age", 0, 10);

        assertThat(pointers(input)).containsExactly("#/age");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\\u0000b", "a\\nb", "a\\u2028b", "\\ud800", "", "   ", "01234567890", "a\\u202eb", "a\\u2067b"
            })
    void aLineHasNoControlCharactersAndIsNeitherBlankNorTooLong(String value) {
        var input = input("{'name':'" + value + "'}");
        input.line("name", 1, 10);

        assertThat(pointers(input)).containsExactly("#/name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\u3164",
                "\\u2800",
                "\\u115f\\u1160",
                "\\uffa0",
                "\\u200b\\u00ad",
                "\\u0301",
                "\\ufe0f",
                "\\u00a0"
            })
    void aNameHasSomethingThatCanBeSeen(String value) {
        var input = input("{'name':'" + value + "','place':'" + value + "'}");
        input.line("name", 1, 10);
        input.line("place", 10);

        assertThat(pointers(input)).containsExactly("#/name", "#/place");
    }

    @ParameterizedTest
    @ValueSource(strings = {"e\\u0301", "\\u0e01\\u0e33", "\\u2764\\ufe0f", "ab\\u200e", "\\ud83c\\udff4"})
    void aNameOfAnyScriptIsTaken(String value) {
        var input = input("{'name':'" + value + "'}");
        input.line("name", 1, 10);

        assertThatCode(input::done).doesNotThrowAnyException();
    }

    @Test
    void aZoneOfANewerBrowserBecomesOneWithItsOffset() {
        var input = input("{'zone':'Mars/Olympus','utcOffset':'-03:00','own':'America/Toronto','other':'05:30'}");

        assertThat(input.zone("zone", "utcOffset")).hasToString("Etc/GMT+3");
        assertThat(input.zone("own", "utcOffset")).hasToString("America/Toronto");
        assertThat(Zone.at(ZoneOffset.ofHoursMinutes(5, 30))
                        .orElseThrow()
                        .rules()
                        .getRules()
                        .getOffset(Instant.now()))
                .isEqualTo(ZoneOffset.ofHoursMinutes(5, 30));
        input.zone("zone", "other");
        assertThat(pointers(input)).containsExactly("#/other", "#/zone");
    }

    @Test
    void aZoneThatIsNotKnownHereMayStay() {
        var stored = Zone.stored("Mars/Olympus", ZoneOffset.ofHours(-3));

        var input = input("{'zone':'Mars/Olympus'}");

        assertThat(input.zone("zone", Optional.of(stored))).isEqualTo(stored);
        assertThat(stored.known()).isFalse();
        input.done();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e999999999", "-1e9999999999", "1e-999999999", "LONG", "-0.LONG", "[[[[[[[[[[[[1]]]]]]]]]]]]"})
    void aNumberThatIsTooLongIsOutOfBounds(String value) throws IOException {
        var body = "{\"age\":" + value.replace("LONG", "9".repeat(5_000)) + "}";

        var input = read(body);
        input.number("age", 0, 10);

        assertThat(pointers(input)).containsExactly("#/age");
    }

    @Test
    void textThatEndsInsideOrIsNestedTooDeeplyIsMalformed() {
        for (var body : List.of("{\"a\":" + "[".repeat(20), "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000))) {
            var problem = assertTimeoutPreemptively(
                    Duration.ofSeconds(10), () -> catchThrowableOfType(Problem.class, () -> read(body)));

            assertThat(problem.type()).isEqualTo(ProblemType.MALFORMED_BODY);
        }
    }

    @Test
    void lengthIsCountedInCharactersAsPeopleDo() {
        var input = input("{'name':'😀😀😀'}");

        assertThat(input.line("name", 1, 3)).isEqualTo("😀😀😀");
        input.done();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mars/Olympus", "+02:00", "UTC+2", "america/toronto"})
    void aZoneThatIsNoRegionHasItsOwnType(String zone) {
        var input = input("{'zone':'" + zone + "'}");
        input.zone("zone");

        assertThat(problem(input).type()).isEqualTo(ProblemType.UNKNOWN_ZONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-02-30T10:00", "1999-12-31T23:59", "+999999999-01-01T00:00", "tomorrow", "2026-07-01"})
    void aLocalTimeIsOfThisAge(String time) {
        var input = input("{'at':'" + time + "'}");
        input.localTime("at");

        assertThat(pointers(input)).containsExactly("#/at");
    }

    @Test
    void aPatchKeepsWhatItLacksAndTakesAwayWhatIsNull() {
        var current = object("{'name':'Ann','capacity':5}");

        var input = input("{'capacity':null}").patching(current);

        assertThat(input.line("name", 1, 10)).isEqualTo("Ann");
        assertThat(input.optionalNumber("capacity", 1, 9)).isEmpty();
        input.done();
    }

    @Test
    void whatIsWrongInAPartIsSaidWithItsPlace() {
        var input = input("{'name':'','rule':{'colour':'blue','colours':['red','blue'],'on':'tomorrow','surprise':1}}");
        input.line("name", 1, 10);
        var rule = input.part("rule");
        rule.choice("colour", Colour.class);
        rule.choices("colours", Colour.class);
        rule.date("on");

        assertThat(pointers(input))
                .containsExactly("#/name", "#/rule/colour", "#/rule/colours", "#/rule/on", "#/rule/surprise");
    }

    @Test
    void aPartThatMustBeThereIsMissedOnce() {
        var input = input("{'other':{},'third':7}");
        input.part("rule").choice("colour", Colour.class);
        input.part("other").choice("colour", Colour.class);
        input.part("third").choice("colour", Colour.class);

        assertThat(pointers(input)).containsExactly("#/rule", "#/other/colour", "#/third");
    }

    @Test
    void aPatchMayKnowOnlySomeOfAPart() {
        var current = object("{'rule':{'colour':'red','made':1}}");

        var input = input("{'rule':{'colours':['green','red']}}").patching(current);
        var rule = input.part("rule");

        assertThat(rule.choice("colour", Colour.class)).isEqualTo(Colour.RED);
        assertThat(rule.choices("colours", Colour.class)).containsExactly(Colour.RED, Colour.GREEN);
        assertThat(rule.optionalChoices("none", Colour.class)).isEmpty();
        input.done();
    }

    @Test
    void aFieldCanBeLeftOut() {
        var input = input("{'name':'Ann','surprise':1}").without("surprise");

        assertThat(input.line("name", 1, 10)).isEqualTo("Ann");
        assertThat(input.has("surprise")).isFalse();
        input.done();
    }

    private static JsonInput read(String body) throws IOException {
        return new JsonInputReader()
                .readFrom(
                        JsonInput.class,
                        JsonInput.class,
                        new Annotation[0],
                        MediaType.APPLICATION_JSON_TYPE,
                        new MultivaluedHashMap<>(),
                        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> pointers(JsonInput input) {
        return problem(input).errors().getValuesAs(JsonObject.class).stream()
                .map(error -> error.getString("pointer"))
                .toList();
    }

    private static Problem problem(JsonInput input) {
        return catchThrowableOfType(Problem.class, input::done);
    }

    private static JsonInput input(String json) {
        return new JsonInput(object(json));
    }

    private static JsonObject object(String json) {
        try (var reader = Json.createReader(new StringReader(json.replace('\'', '"')))) {
            return reader.readObject();
        }
    }
}

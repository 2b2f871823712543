package org.muster.page;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonConfig;
import jakarta.json.JsonObject;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page says, in each language. */
class MessagesTest {
    private static final Path ASSETS = Path.of("src/main/webapp/assets");
    private static final Path LANGUAGES = ASSETS.resolve("languages");
    private static final Path ENGLISH = LANGUAGES.resolve("en.js");
    private static final Path SHELL = Path.of("src/main/java/org/muster/page/Shell.java");
    /** What makes a literal of a JavaScript object JSON: names without quotes, commas at the end, comments. */
    private static final Pattern NOT_JSON = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|(\\w+)(?=:)|,(?=\\s*})|//.*");

    /** They refuse a key that stands twice. */
    private static final JsonReaderFactory READERS =
            Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/");
    private static final Pattern PLACE = Pattern.compile("\\{\\w+}");
    private static final Pattern NAMED = Pattern.compile("\\b(?:t|rich)\\(\\s*\"([^\"]*)\"");
    private static final Pattern OF_SHELL = Pattern.compile("texts\\.get\\(\"([^\"]*)\"");
    private static final Pattern QUOTED = Pattern.compile("\"([\\w-]+(?:\\.[\\w-]+)+)(?<!\\.css)\"");
    private static final Pattern COMPOSED = Pattern.compile("`([\\w-]+\\.[\\w.-]*\\$\\{[^`]+)`");
    private static final Pattern PART = Pattern.compile("\\$\\{[^}]*}");
    private static final Pattern KNOWN = Pattern.compile("(\\w\\w): \"");
    /** Of these the server's own words, which are English, do where the page has none. */
    private static final String PROBLEM = "problem.";

    @ParameterizedTest
    @MethodSource("translations")
    void everyMessageIsThereInEachLanguage(Path language) {
        var english = texts(ENGLISH).keySet();
        var translated = texts(language).keySet();

        assertThat(translated).containsAll(english);
        assertThat(english)
                .containsAll(translated.stream()
                        .filter(key -> !key.startsWith(PROBLEM))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("translations")
    void allLanguagesSayTheSame(Path language) {
        var translated = texts(language);

        texts(ENGLISH).forEach((key, english) -> {
            assertThat(places(translated.get(key))).as(key).isEqualTo(places(english));
            assertThat(translated.get(key).getValueType()).as(key).isEqualTo(english.getValueType());
            if (english.getValueType() == ValueType.OBJECT) {
                assertThat(translated.getJsonObject(key)).as(key).containsOnlyKeys("one", "other");
                assertThat(english.asJsonObject()).as(key).containsOnlyKeys("one", "other");
            }
        });
    }

    @Test
    void allLanguagesHaveTheSameWordsForProblems() {
        var problems = translations()
                .map(language -> texts(language).keySet().stream()
                        .filter(key -> key.startsWith(PROBLEM))
                        .collect(toSet()));

        assertThat(problems.distinct()).hasSize(1);
    }

    /** The page offers a language, and takes that of the browser, if there is a file of its words. */
    @Test
    void everyLanguageIsOffered() {
        var there = languages().map(MessagesTest::code).toList();

        var offered = read(ASSETS.resolve("preferences.js"));
        var taken = read(ASSETS.resolve("first.js"));

        assertThat(KNOWN.matcher(offered.substring(offered.indexOf("languages = "))
                                .split("}")[0])
                        .results()
                        .map(found -> found.group(1)))
                .containsExactlyElementsOf(there);
        assertThat(taken).contains(there.stream().map("\"%s\""::formatted).collect(joining(", ", "known = [", "]")));
    }

    @Test
    void everyMessageThatIsAskedForIsThere() {
        var known = keys();
        var areas = known.stream().map(key -> key.split("\\.")[0]).collect(toSet());

        var named = found(NAMED).map(found -> found.group(1));
        var looksNamed = found(QUOTED).map(found -> found.group(1)).filter(key -> areas.contains(key.split("\\.")[0]));

        assertThat(Stream.concat(named, looksNamed).filter(Predicate.not(known::contains)))
                .isEmpty();
    }

    @Test
    void everyMessageThatTheServerAsksForIsThere() {
        var keys = ofShell();

        assertThat(keys).isNotEmpty();
        assertThat(languages()).allSatisfy(language -> {
            var texts = new Texts(code(language), read(language));
            assertThat(keys).allSatisfy(key -> assertThat(texts.get(key)).isNotBlank());
        });
    }

    @Test
    void everyMessageIsAskedFor() {
        var quoted = Stream.concat(found(QUOTED).map(found -> found.group(1)), ofShell().stream())
                .collect(toSet());
        var composed = found(COMPOSED).map(MessagesTest::made).toList();

        var silent = keys().stream()
                .filter(Predicate.not(quoted::contains))
                .filter(key ->
                        composed.stream().noneMatch(one -> one.matcher(key).matches()));

        assertThat(silent).isEmpty();
    }

    static Stream<Path> translations() {
        return languages().filter(Predicate.not(ENGLISH::equals));
    }

    private static Stream<Path> languages() {
        return scripts().filter(MessagesTest::hasMessages).sorted();
    }

    /** The keys of what the HTML says before the page has loaded its modules. */
    private static Set<String> ofShell() {
        return OF_SHELL.matcher(read(SHELL))
                .results()
                .map(found -> found.group(1))
                .collect(toSet());
    }

    private static String code(Path language) {
        return language.getFileName().toString().replace(".js", "");
    }

    /** The keys of all messages, with those that English does without. */
    private static Set<String> keys() {
        return translations()
                .flatMap(language -> texts(language).keySet().stream())
                .collect(toSet());
    }

    private static JsonObject texts(Path language) {
        var script = read(language);
        var literal = script.substring(script.indexOf("messages = ") + "messages = ".length(), script.lastIndexOf(';'));
        var json = NOT_JSON.matcher(literal).replaceAll(MessagesTest::inJson);
        try (var reader = READERS.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }

    private static String inJson(MatchResult found) {
        if (found.group().startsWith("\"")) {
            return Matcher.quoteReplacement(found.group());
        }
        return found.group(1) == null ? "" : "\"" + found.group(1) + "\"";
    }

    private static Set<String> places(JsonValue text) {
        return PLACE.matcher(text.toString())
                .results()
                .map(MatchResult::group)
                .collect(TreeSet::new, Set::add, Set::addAll);
    }

    /** The keys that a template makes. */
    private static Pattern made(MatchResult template) {
        return Pattern.compile(
                Stream.of(PART.split(template.group(1), -1)).map(Pattern::quote).collect(joining(".+")));
    }

    private static Stream<MatchResult> found(Pattern pattern) {
        return scripts()
                .filter(Predicate.not(MessagesTest::hasMessages))
                .map(script -> COMMENT.matcher(read(script)).replaceAll(""))
                .flatMap(script -> pattern.matcher(script).results());
    }

    private static boolean hasMessages(Path script) {
        return script.startsWith(LANGUAGES);
    }

    private static Stream<Path> scripts() {
        try (var files = Files.walk(ASSETS)) {
            return files.filter(file -> file.toString().endsWith(".js")).toList().stream();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

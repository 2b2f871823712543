package org.muster.groups;

import java.text.Normalizer;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What somebody looks for: words or their beginnings, without accents and without anything else. */
record NameQuery(List<String> words) {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]");

    static NameQuery of(String text) {
        var plain =
                ACCENTS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD)).replaceAll("");
        return new NameQuery(
                WORD.matcher(plain).results().map(MatchResult::group).toList());
    }

    /** For {@code to_tsquery}; empty, which finds nothing, if there are no words. */
    String query() {
        return words.stream().map(word -> word + ":*").collect(Collectors.joining(" & "));
    }
}

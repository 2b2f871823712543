package org.muster.groups;

import java.text.Normalizer;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A search for groups by name: the beginnings of words, without accents and punctuation. */
record NameQuery(List<String> words) {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]");

    static NameQuery of(String text) {
        var plain =
                ACCENTS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD)).replaceAll("");
        return new NameQuery(
                WORD.matcher(plain).results().map(MatchResult::group).toList());
    }

    /** The text for {@code to_tsquery}; empty if there are no words, which matches nothing. */
    String query() {
        return words.stream().map(word -> word + ":*").collect(Collectors.joining(" & "));
    }
}

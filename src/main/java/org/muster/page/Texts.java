package org.muster.page;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the page says in a language, as the language's file has it. Texts with quotation marks or line breaks are missing. */
final class Texts {
    private static final Pattern TEXT = Pattern.compile("\"([\\w.]+)\":\\s*\"([^\"\\\\]*)\"");

    private final String language;
    private final Map<String, String> byKey;

    /**
     * @param language such as {@code en}
     * @param module the content of the language's file
     */
    Texts(String language, String module) {
        this.language = language;
        byKey = TEXT.matcher(module)
                .results()
                .collect(Collectors.toMap(text -> text.group(1), text -> text.group(2), (first, second) -> first));
    }

    String language() {
        return language;
    }

    /** @param key such as {@code welcome.title}, which the file must have */
    String get(String key) {
        return byKey.get(key);
    }
}

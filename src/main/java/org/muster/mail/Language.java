package org.muster.mail;

import java.util.Locale;
import org.muster.json.EnumNames;

/** The languages that mail is written in. Their names in lower case are their codes: {@code en}. */
public enum Language {
    EN(Locale.ENGLISH),
    FR(Locale.FRENCH);

    private final Locale locale;

    Language(Locale locale) {
        this.locale = locale;
    }

    /** The language of this code, as the database has it. */
    public static Language of(String code) {
        return EnumNames.constant(Language.class, code);
    }

    public String code() {
        return EnumNames.of(this);
    }

    /** For dates and numbers. */
    public Locale locale() {
        return locale;
    }
}

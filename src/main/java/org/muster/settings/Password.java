package org.muster.settings;

/** A password that does not print itself. */
public record Password(String value) {
    @Override
    public String toString() {
        return "(hidden)";
    }
}

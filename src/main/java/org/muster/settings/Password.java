package org.muster.settings;

/** A password, which {@link #toString} does not reveal. */
public record Password(String value) {
    @Override
    public String toString() {
        return "(hidden)";
    }
}

package org.muster.credentials;

/** Which of a secret's versions. A rotation makes one pending, sets it in the database, and then makes it current. */
public enum SecretVersion {
    CURRENT,
    PENDING,
    PREVIOUS;

    /** AWS's name for it. */
    @Override
    public String toString() {
        return "AWS" + name();
    }
}

package org.muster.database;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.util.UUID;

/** Generates ids: version 7 UUIDs, which sort by creation time. */
public final class Ids {
    /** Sorts before all ids. */
    public static final UUID MIN = new UUID(0, 0);

    /** Sorts after all ids. */
    public static final UUID MAX = new UUID(-1, -1);

    private static final NoArgGenerator GENERATOR = Generators.timeBasedEpochGenerator();

    private Ids() {}

    /** Returns a new id. */
    public static UUID next() {
        return GENERATOR.generate();
    }
}

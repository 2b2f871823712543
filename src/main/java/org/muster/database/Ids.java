package org.muster.database;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.util.UUID;

/** Ids: UUIDs of version 7, which sort by the time they were made at. */
public final class Ids {
    /** Sorts before all ids. */
    public static final UUID MIN = new UUID(0, 0);

    /** Sorts after all ids. */
    public static final UUID MAX = new UUID(-1, -1);

    private static final NoArgGenerator GENERATOR = Generators.timeBasedEpochGenerator();

    private Ids() {}

    /** A new id. */
    public static UUID next() {
        return GENERATOR.generate();
    }
}

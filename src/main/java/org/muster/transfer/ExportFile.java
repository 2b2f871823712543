package org.muster.transfer;

import static org.muster.json.Provider.JSON;

import jakarta.json.stream.JsonGenerator;
import java.util.function.Consumer;
import org.muster.http.DownloadFile;

/** A JSON document of any size. */
final class ExportFile {
    private ExportFile() {}

    /** A document with these members. */
    static DownloadFile of(Consumer<JsonGenerator> members) {
        return DownloadFile.of(output -> {
            try (var json = JSON.createGenerator(output)) {
                json.writeStartObject();
                members.accept(json);
                json.writeEnd();
            }
        });
    }
}

package org.muster.transfer;

import static org.muster.json.Provider.JSON;

import jakarta.json.stream.JsonGenerator;
import jakarta.ws.rs.core.Response;
import java.util.function.Consumer;
import org.muster.http.DownloadFile;

/** A JSON document of any size. */
final class ExportFile {
    private ExportFile() {}

    /** The response with a document with these members, as an attachment of this name. */
    static Response response(String name, Consumer<JsonGenerator> members) {
        return DownloadFile.of(output -> {
                    try (var json = JSON.createGenerator(output)) {
                        json.writeStartObject();
                        members.accept(json);
                        json.writeEnd();
                    }
                })
                .attachment(name)
                .build();
    }
}

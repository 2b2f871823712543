package org.muster.http;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** Reads a request body of at most 1 MiB: one JSON object without duplicate names. */
@Provider
@Consumes({MediaType.APPLICATION_JSON, JsonInput.MERGE_PATCH})
public class JsonInputReader implements MessageBodyReader<JsonInput> {
    public static final int MAX_MEBIBYTES = 1;

    /** Deeper than any valid body. */
    private static final int MAX_DEPTH = 8;

    private static final String BYTE_ORDER_MARK = "\ufeff";
    private static final JsonParserFactory PARSERS = JSON.createParserFactory(Map.of());

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
        return type == JsonInput.class;
    }

    @Override
    public JsonInput readFrom(
            Class<JsonInput> type,
            Type generic,
            Annotation[] annotations,
            MediaType media,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        var bytes = read(body, MAX_MEBIBYTES);
        if (bytes.length > 0) {
            return new JsonInput(parsed(text(bytes)));
        }
        if (isOptional(annotations)) {
            return null;
        }
        throw malformed("the body is empty");
    }

    private static boolean isOptional(Annotation[] annotations) {
        return Arrays.stream(annotations).anyMatch(OptionalBody.class::isInstance);
    }

    /**
     * The bytes of a body.
     *
     * @throws Problem 413 if the body is larger, 408 if it does not arrive
     */
    public static byte[] read(InputStream body, int mebibytes) throws IOException {
        return new LimitedInputStream(body, mebibytes).readAllBytes();
    }

    private static String text(byte[] bytes) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        } catch (CharacterCodingException malformed) {
            throw malformed("it is not UTF-8");
        }
    }

    /** Skips the mark that some programs begin UTF-8 with. The reader must support marks of its own. */
    public static Reader withoutByteOrderMark(Reader text) throws IOException {
        text.mark(1);
        if (text.read() != BYTE_ORDER_MARK.charAt(0)) {
            text.reset();
        }
        return text;
    }

    private static JsonObject parsed(String text) {
        try (var parser = PARSERS.createParser(new StringReader(text))) {
            if (parser.next() != Event.START_OBJECT) {
                throw new JsonException("no object");
            }
            var object = JsonTree.value(parser, MAX_DEPTH).asJsonObject();
            if (parser.hasNext()) {
                throw new JsonException("more than one value");
            }
            return object;
        } catch (RuntimeException malformed) {
            // For syntax errors, another type, duplicate names or deep nesting.
            throw malformed("it could not be parsed");
        }
    }

    /** 400: the body is malformed, for this reason. */
    public static Problem malformed(String why) {
        return Problem.of(
                ProblemType.MALFORMED_BODY,
                "The body must be one JSON object in UTF-8 without duplicate names, but " + why + ".");
    }
}

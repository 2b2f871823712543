package org.muster.transfer;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonException;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParserFactory;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import org.muster.http.JsonInputReader;
import org.muster.http.JsonTree;
import org.muster.http.LimitedInputStream;
import org.muster.problems.Problem;
import org.muster.users.Caller;

/** Parses an exported group as a stream, without keeping all of its text or JSON in memory. */
@Provider
@Consumes(MediaType.APPLICATION_JSON)
public class GroupDocumentReader implements MessageBodyReader<GroupDocument> {
    /** The deepest valid nesting: a series, its rule, the rule's weekdays. */
    private static final int MAX_DEPTH = 3;

    private static final JsonParserFactory PARSERS = JSON.createParserFactory(Map.of());

    @Context
    SecurityContext security;

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType media) {
        return type == GroupDocument.class;
    }

    @Override
    public GroupDocument readFrom(
            Class<GroupDocument> type,
            Type generic,
            Annotation[] annotations,
            MediaType media,
            MultivaluedMap<String, String> headers,
            InputStream body) {
        // Parsing is expensive; it is for authenticated users only.
        Caller.required(security);
        return read(body);
    }

    static GroupDocument read(InputStream body) {
        var text = new BufferedReader(new InputStreamReader(
                new LimitedInputStream(body, GroupDocument.MAX_MEBIBYTES), StandardCharsets.UTF_8.newDecoder()));
        try (var parser = PARSERS.createParser(JsonInputReader.withoutByteOrderMark(text))) {
            return document(parser);
        } catch (CharacterCodingException malformed) {
            throw JsonInputReader.malformed("it is not UTF-8");
        } catch (IOException gone) {
            throw Problem.bodyMissing();
        } catch (Problem chosen) {
            throw chosen;
        } catch (RuntimeException malformed) {
            // The parser throws exceptions of many types, such as for deep nesting.
            throw JsonInputReader.malformed("it could not be parsed");
        }
    }

    private static GroupDocument document(JsonParser parser) {
        if (parser.next() != Event.START_OBJECT) {
            throw new JsonException("no object");
        }
        var draft = new GroupDocumentDraft();
        var head = JSON.createObjectBuilder();
        var names = new HashSet<String>();
        while (parser.next() == Event.KEY_NAME) {
            var name = JsonTree.name(parser, names);
            var value = parser.next();
            if (draft.hasList(name) && value == Event.START_ARRAY) {
                while (parser.next() != Event.END_ARRAY) {
                    draft.element(name, JsonTree.value(parser, MAX_DEPTH));
                }
            } else if (name.equals("group")) {
                draft.group(JsonTree.value(parser, MAX_DEPTH));
            } else {
                head.add(name, JsonTree.value(parser, 0));
            }
        }
        if (parser.hasNext()) {
            throw new JsonException("more than one value");
        }
        draft.head(head.build());
        return draft.done();
    }
}

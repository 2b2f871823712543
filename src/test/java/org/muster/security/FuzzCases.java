package org.muster.security;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.muster.security.ApiDescription.Operation;
import org.muster.security.ApiDescription.Parameter;
import org.muster.security.World.Role;

/** Requests in which one thing is wrong: a field, a parameter, a header, the body, or the method. */
record FuzzCases(ApiDescription description) {
    /** Stands for the value that is put in its place. */
    private static final String MARK = "@@@";

    private static final byte[] NOTHING = {};

    /** Slashes, control characters, and bytes that are not UTF-8, which servers refuse before they know what they are for. */
    private static final Pattern REFUSED_IN_PATHS =
            Pattern.compile("%2[Ff]|%5C|%[01].|%7F|%C0|%F[4-9A-F]|%ED%[AB]|%E9$|%C3$|%E2%82$|%u|;|\\.\\.");

    /** Longer ones may be refused by the server itself. */
    private static final int MAX_TARGET = 4_000;

    /** What a request is made of. Immutable. */
    private record Parts(String method, String target, Map<String, String> headers, byte[] body, boolean broken) {
        Parts method(String other) {
            return new Parts(other, target, headers, body, broken);
        }

        Parts target(String other) {
            return new Parts(method, other, headers, body, broken);
        }

        Parts body(byte[] other) {
            return new Parts(method, target, headers, other, broken);
        }

        Parts header(String name, String value) {
            var more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Parts(method, target, more, body, broken);
        }

        Parts asBroken() {
            return new Parts(method, target, headers, body, true);
        }

        RawHttp.Request request() {
            var lines = new ArrayList<String>();
            headers.forEach((name, value) -> {
                // A header without a name is the way to write a line as it is.
                if (value != null) {
                    lines.add(name.isEmpty() ? value : name + ": " + value);
                }
            });
            if (body.length > 0) {
                lines.add("Content-Length: " + body.length);
            }
            return new RawHttp.Request(method, target, lines, body, broken || target.length() > MAX_TARGET);
        }
    }

    /** A request that is to be made for a world, because it needs its ids. */
    record Case(Operation operation, String what, UnaryOperator<Parts> spoil) {
        RawHttp.Request request(World world, Role role) {
            return spoil.apply(valid(operation, world, role)).request();
        }

        @Override
        public String toString() {
            return operation.name() + ", " + what;
        }
    }

    /** Returns all cases, operation by operation. */
    List<Case> all() {
        return description.operations().stream()
                .flatMap(operation -> Stream.of(
                                fields(operation), bodies(operation), parameters(operation), messages(operation))
                        .flatMap(cases -> cases))
                .toList();
    }

    /** Returns the request as it is described, with nothing wrong. */
    static RawHttp.Request described(Operation operation, World world, Role role) {
        return valid(operation, world, role).request();
    }

    private static Parts valid(Operation operation, World world, Role role) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Host", "localhost");
        headers.put("Connection", "close");
        world.authorization(role).ifPresent(value -> headers.put("Authorization", value));
        if (operation.has("If-Match")) {
            headers.put("If-Match", "\"1\"");
        }
        if (operation.example().isPresent()) {
            headers.put("Content-Type", operation.mediaType());
        }
        var query = operation.parameters().stream()
                .filter(parameter -> parameter.in().equals("query"))
                .flatMap(parameter ->
                        parameter.example().stream().map(value -> parameter.name() + "=" + value.replace(" ", "%20")))
                .collect(Collectors.joining("&", "?", ""));
        return new Parts(
                operation.method(),
                world.path(operation.path()) + (query.length() > 1 ? query : ""),
                headers,
                operation.example().isPresent() ? world.body(operation).getBytes(StandardCharsets.UTF_8) : NOTHING,
                false);
    }

    private Stream<Case> fields(Operation operation) {
        if (operation.example().isEmpty()) {
            return Stream.of();
        }
        var example = operation.example().get();
        var pointers = new TreeSet<String>();
        pointers(example, "", pointers);
        description.properties(operation.schema()).forEach((name, schema) -> {
            pointers.add("/" + name);
            description.properties(schema).keySet().forEach(part -> pointers.add("/" + name + "/" + part));
        });
        pointers.add("/surprise");
        pointers.remove("");
        return pointers.stream().flatMap(pointer -> {
            var cases = new ArrayList<Case>();
            for (var value : BadValues.json()) {
                cases.add(body(operation, pointer, json -> marked(json, pointer), value));
            }
            cases.add(new Case(operation, pointer + " is missing", parts -> {
                var json = parse(parts.body);
                parent(json, pointer).ifPresent(object -> object.remove(last(pointer)));
                return parts.body(json.toString().getBytes(StandardCharsets.UTF_8));
            }));
            cases.add(new Case(operation, pointer + " is there twice", parts -> {
                var marked = marked(parse(parts.body), pointer).toString();
                return parts.body(marked.replace("\"" + MARK + "\"", "1,\"" + last(pointer) + "\":\"a\"")
                        .getBytes(StandardCharsets.UTF_8));
            }));
            return cases.stream();
        });
    }

    private static Case body(Operation operation, String pointer, UnaryOperator<JsonNode> mark, byte[] value) {
        return new Case(operation, pointer + " is replaced", parts -> {
            var text = mark.apply(parse(parts.body)).toString();
            var at = text.indexOf("\"" + MARK + "\"");
            if (at < 0) {
                return parts;
            }
            var body = new ByteArrayOutputStream();
            body.writeBytes(text.substring(0, at).getBytes(StandardCharsets.UTF_8));
            body.writeBytes(value);
            body.writeBytes(text.substring(at + MARK.length() + 2).getBytes(StandardCharsets.UTF_8));
            return parts.body(body.toByteArray());
        });
    }

    /** Bodies of another kind, names of fields, media types and encodings; also where no body is described. */
    private static Stream<Case> bodies(Operation operation) {
        if (operation.method().equals("GET")) {
            return Stream.of();
        }
        var cases = new ArrayList<Case>();
        for (var value : BadValues.json()) {
            cases.add(new Case(
                    operation,
                    "the whole body",
                    parts -> parts.header("Content-Type", "application/json").body(value)));
        }
        for (var name : List.of(
                "",
                "\\u0000",
                "\\ud83d",
                "\\u202e",
                "a/b~c",
                "__proto__",
                "x".repeat(100_000),
                "\\r\\nX: y",
                "<b>",
                "é".repeat(500))) {
            cases.add(new Case(
                    operation,
                    "a field with an odd name",
                    parts -> parts.header("Content-Type", "application/json")
                            .body(("{\"" + name + "\":1" + rest(parts.body)).getBytes(StandardCharsets.UTF_8))));
        }
        cases.add(new Case(operation, "many unknown fields", parts -> {
            var body = new StringBuilder("{");
            for (var i = 0; i < 20_000; i++) {
                body.append("\"f").append(i).append("\":0,");
            }
            return parts.header("Content-Type", "application/json")
                    .body((body + "\"g\":0" + rest(parts.body)).getBytes(StandardCharsets.UTF_8));
        }));
        for (var before : List.of(
                "\u00ef\u00bb\u00bf", "\u00fe\u00ff", "\0", " \n\t\r", "\u00ef\u00bb\u00bf\u00ef\u00bb\u00bf")) {
            cases.add(new Case(
                    operation,
                    "bytes before the body",
                    parts -> parts.body(concatenated(before.getBytes(StandardCharsets.ISO_8859_1), parts.body))));
            cases.add(new Case(
                    operation,
                    "bytes after the body",
                    parts -> parts.body(concatenated(parts.body, before.getBytes(StandardCharsets.ISO_8859_1)))));
        }
        for (var charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.ISO_8859_1)) {
            cases.add(new Case(
                    operation,
                    "a body in " + charset,
                    parts -> parts.header("Content-Type", "application/json;charset=" + charset)
                            .body(new String(parts.body, StandardCharsets.UTF_8).getBytes(charset))));
        }
        for (var size : List.of(1, 10, 50)) {
            cases.add(new Case(
                    operation,
                    "a body that is cut",
                    parts -> parts.body(Arrays.copyOf(parts.body, Math.max(0, parts.body.length - size)))));
        }
        cases.add(new Case(
                operation,
                "a large body",
                parts -> parts.header("Content-Type", "application/json")
                        .body(("{\"a\":\"" + "x".repeat(3 << 20) + "\"}").getBytes(StandardCharsets.UTF_8))));
        for (var type : new String[] {
            null,
            "",
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=a",
            "application/json;charset=nonsense",
            "application/json;charset=\"",
            "application/json;charset=utf-7",
            "application/json;",
            "application/json;;;",
            "application/jsonx",
            "APPLICATION/JSON",
            "application/*",
            "*/*",
            "json",
            "/",
            ";",
            ",",
            "application/json, text/plain",
            "application/problem+json",
            "a/b; c=\"" + "x".repeat(3_000) + "\"",
            "application/\u00e9"
        }) {
            cases.add(new Case(operation, "Content-Type " + type, parts -> parts.header("Content-Type", type)));
        }
        for (var encoding :
                List.of("gzip", "br", "deflate", "identity", "gzip, gzip", "nonsense", "", "x".repeat(500))) {
            cases.add(new Case(
                    operation, "Content-Encoding " + encoding, parts -> parts.header("Content-Encoding", encoding)));
        }
        return cases.stream();
    }

    private static Stream<Case> parameters(Operation operation) {
        var cases = new ArrayList<Case>();
        var names = new ArrayList<>(operation.parameters().stream()
                .filter(parameter -> parameter.in().equals("query"))
                .map(Parameter::name)
                .toList());
        names.add("surprise");
        for (var name : names) {
            for (var value : BadValues.encoded()) {
                cases.add(query(operation, name, value, false));
            }
            for (var value : BadValues.unencodable()) {
                cases.add(query(operation, name, value, true));
            }
            cases.add(query(operation, name, "1&" + name + "=2", false));
            cases.add(query(operation, name, "&&=&==&%00=", false));
            cases.add(query(operation, name, "1" + "&a=b".repeat(1_000), true));
        }
        for (var parameter : operation.parameters()) {
            if (parameter.in().equals("path")) {
                for (var value : BadValues.encoded()) {
                    cases.add(path(operation, parameter.name(), value, false));
                }
                for (var value : BadValues.unencodable()) {
                    cases.add(path(operation, parameter.name(), value, true));
                }
            }
        }
        return cases.stream();
    }

    private static Case query(Operation operation, String name, String value, boolean broken) {
        return new Case(operation, "the query parameter " + name, parts -> {
            var path = parts.target.split("\\?")[0];
            var other = parts.target(path + "?" + name + "=" + value);
            return broken ? other.asBroken() : other;
        });
    }

    /** Some values make another path, with dots or a slash, which the server may refuse by itself. */
    private static Case path(Operation operation, String name, String value, boolean broken) {
        return new Case(operation, "the path parameter " + name, parts -> {
            var segments = operation.path().split("/");
            var target = parts.target.split("\\?")[0].split("/");
            for (var i = 0; i < segments.length; i++) {
                if (segments[i].contains("{" + name + "}")) {
                    target[i] = segments[i].replace("{" + name + "}", value);
                }
            }
            var other = parts.target(String.join("/", target));
            return broken || value.isEmpty() || REFUSED_IN_PATHS.matcher(value).find() ? other.asBroken() : other;
        });
    }

    /** Headers and methods. */
    private static Stream<Case> messages(Operation operation) {
        var cases = new ArrayList<Case>();
        for (var name : List.of("If-Match", "If-None-Match", "Last-Event-ID", "Idempotency-Key", "X-Request-Id")) {
            for (var text : BadValues.TEXTS) {
                if (text.length() < 5_000
                        && text.chars().noneMatch(each -> each == '\r' || each == '\n' || each == 0)) {
                    cases.add(header(operation, name, utf8(text), text.chars().anyMatch(each -> each < ' ')));
                }
            }
        }
        List.of(
                        "Accept: text/html",
                        "Accept: application/json;q=nonsense",
                        "Accept: a",
                        "Accept: ,",
                        "Accept: */*;q=0",
                        "Accept: text/event-stream, application/json;q=0.1",
                        "Accept: " + "a/b,".repeat(800) + "*/*",
                        "Accept-Language: \u00c3\u00a9",
                        "Accept-Language: x-" + "a-".repeat(500),
                        "Accept-Charset: utf-16",
                        "Accept-Encoding: gzip;q=nonsense, br",
                        "Range: bytes=0-0,5-1",
                        "If-Modified-Since: yesterday",
                        "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
                        "Cookie: a=Z\u00fcrich",
                        "Cookie: muster=",
                        "Cookie: muster=\"a\\\"; =; ;;",
                        "Cookie: " + "a=b; ".repeat(700),
                        "Cookie: $Version=1; $Path=x",
                        "Origin: null",
                        "Referer: \u00ff",
                        "X-HTTP-Method-Override: DELETE",
                        "X-Forwarded-For: " + "1.1.1.1, ".repeat(300),
                        "X-Forwarded-For: [::1%eth0]:99999, unknown, _a",
                        "X-Forwarded-Proto: javascript",
                        "X-Forwarded-Host: evil.example\"><b>",
                        "X-Forwarded-Port: -1",
                        "Forwarded: for=\"[::1]:a\";proto=\";;=,",
                        "Upgrade: h2c",
                        "Expect: 100-continue",
                        "Authorization: Basic YTpi",
                        "Authorization: Bearer",
                        "Authorization: Bearer \u00e9",
                        "Authorization: Bearer " + "a".repeat(5_000),
                        "Authorization: bearer a b",
                        "Authorization: Negotiate ====",
                        "Authorization: ",
                        "Host: evil.example",
                        "Host: [::1]:8080")
                .forEach(line -> cases.add(header(
                        operation,
                        line.substring(0, line.indexOf(':')),
                        line.substring(line.indexOf(':') + 2),
                        false)));
        // No HTTP any more.
        List.of(
                        "X-Large: " + "x".repeat(20_000),
                        "X-\u00e9: a",
                        "X a: b",
                        ": b",
                        "no colon",
                        " folded",
                        "X-Control: a\u0001b",
                        "X-Null: a\0b",
                        "Expect: nonsense",
                        "Content-Length: -1",
                        "Content-Length: 99999999999999999999",
                        "Content-Length: 1, 2",
                        "Content-Length: 5\r\nContent-Length: 6",
                        "Transfer-Encoding: nonsense",
                        "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
                        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
                        "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\na\r\n0\r\n\r\n",
                        "Host: a/b",
                        "Host: \u00e9:x")
                .forEach(line -> cases.add(new Case(
                        operation,
                        "the line " + line.split("\r")[0],
                        parts -> parts.header(line.startsWith("Host") ? "Host" : "", null)
                                .header("", line)
                                .asBroken())));
        for (var method : List.of("HEAD", "OPTIONS", "PROPFIND", "get", "PUT", "DELETE", "PATCH", "POST", "M-SEARCH")) {
            cases.add(new Case(operation, "the method " + method, parts -> parts.method(method)));
        }
        // Which Payara answers itself.
        cases.add(new Case(
                operation, "the method TRACE", parts -> parts.method("TRACE").asBroken()));
        return cases.stream();
    }

    private static Case header(Operation operation, String name, String value, boolean broken) {
        return new Case(operation, "the header " + name, parts -> {
            var other = parts.header(name, value);
            return broken ? other.asBroken() : other;
        });
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static JsonNode parse(byte[] body) {
        try {
            return ApiDescription.JSON.readTree(body);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static JsonNode marked(JsonNode json, String pointer) {
        var at = JsonPointer.compile(pointer);
        var container = json.at(at.head());
        if (container instanceof ArrayNode array) {
            array.set(at.last().getMatchingIndex(), TextNode.valueOf(MARK));
        } else {
            parent(json, pointer).ifPresent(object -> object.put(last(pointer), MARK));
        }
        return json;
    }

    /** The object that has the field; it is made if it is a field of the document itself. */
    private static Optional<ObjectNode> parent(JsonNode json, String pointer) {
        var head = JsonPointer.compile(pointer).head();
        var container = json.at(head);
        if (container.isMissingNode() && head.head().matches() && json instanceof ObjectNode object) {
            return Optional.of(object.putObject(head.last().getMatchingProperty()));
        }
        return container instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    }

    private static String last(String pointer) {
        return JsonPointer.compile(pointer).last().getMatchingProperty();
    }

    private static void pointers(JsonNode node, String pointer, TreeSet<String> pointers) {
        pointers.add(pointer);
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> pointers(field.getValue(), pointer + "/" + field.getKey(), pointers));
        } else if (node instanceof ArrayNode array) {
            for (var i = 0; i < array.size(); i++) {
                pointers(array.get(i), pointer + "/" + i, pointers);
            }
        }
    }

    /** What follows the first brace of an object, with a comma if that is needed. */
    private static String rest(byte[] body) {
        var text = new String(body, StandardCharsets.UTF_8);
        return text.length() < 3 ? "}" : "," + text.substring(1);
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        var both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }
}

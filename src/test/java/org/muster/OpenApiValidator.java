package org.muster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/**
 * Validates responses, and the requests that were successful, against {@code openapi.yaml}. It is stricter than the
 * document, which lets clients expect new properties: here an object has no property that its schema does not list.
 */
final class OpenApiValidator {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** The identifier under which schemas refer to the components. */
    private static final String COMPONENTS = "https://muster.example.org/openapi";

    /** Headers that an operation documents if it sends them. */
    private static final Set<String> HEADERS_TO_DOCUMENT =
            Set.of("ETag", "Link", "Location", "Retry-After", "Set-Cookie", "WWW-Authenticate", "Content-Disposition");

    private final Map<String, Object> document;
    private final List<PathItem> paths;
    private final SchemaRegistry schemas;
    private final Map<Object, Schema> compiled = new ConcurrentHashMap<>();

    private record PathItem(String template, Pattern pattern, Map<String, Object> operations) {}

    /** A request, and what came back. */
    record Exchange(String method, URI uri, String requestBody, int status, HttpHeaders headers, String responseBody) {}

    OpenApiValidator(Map<String, Object> document) {
        this.document = document;
        paths = object(document.get("paths")).entrySet().stream()
                .map(path -> new PathItem(path.getKey(), pattern(path.getKey()), object(path.getValue())))
                .sorted(mostSpecificFirst())
                .toList();
        var components = new LinkedHashMap<String, Object>();
        object(object(document.get("components")).get("schemas"))
                .forEach((name, schema) -> components.put(name, strict(object(schema), false)));
        var resource = write(Map.of("components", Map.of("schemas", components)));
        schemas = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, registry -> registry.schemas(Map.of(COMPONENTS, resource)));
    }

    /** The validator for the document in the WAR. */
    static OpenApiValidator ofDocument() {
        return OfDocument.VALIDATOR;
    }

    private static final class OfDocument {
        static final OpenApiValidator VALIDATOR = new OpenApiValidator(read());

        private static Map<String, Object> read() {
            try (var file = OpenApiValidator.class.getResourceAsStream("/META-INF/openapi.yaml")) {
                return new Yaml().load(file);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** Throws an {@link AssertionError} that lists everything that the document does not allow. */
    void check(Exchange exchange) {
        var complaints = complaints(exchange);
        if (!complaints.isEmpty()) {
            throw new AssertionError(
                    complaints.stream().collect(Collectors.joining("\n  ", "Not as in openapi.yaml:\n  ", "")));
        }
    }

    /** The errors in the document's own examples, by the schemas beside them. */
    List<String> complaintsAboutExamples() {
        var complaints = new ArrayList<String>();
        examples("#", document, complaints);
        return complaints;
    }

    private List<String> complaints(Exchange exchange) {
        var path = exchange.uri().getRawPath();
        var item = paths.stream()
                .filter(candidate -> candidate.pattern().matcher(path).matches())
                .findFirst();
        var method =
                exchange.method().equals("HEAD") ? "get" : exchange.method().toLowerCase(Locale.ROOT);
        var operation = item.map(found -> found.operations().get(method));
        var name = "%s %s, status %d"
                .formatted(exchange.method(), item.map(PathItem::template).orElse(path), exchange.status());
        var complaints = new ArrayList<String>();
        if (operation.isPresent()) {
            response(exchange, object(operation.get()), complaints);
            if (exchange.status() / 100 == 2) {
                request(exchange, item.get(), object(operation.get()), complaints);
            }
        } else if (item.isPresent() || path.startsWith("/api/")) {
            undocumented(exchange, complaints);
        }
        return complaints.stream().map(complaint -> name + ": " + complaint).toList();
    }

    /** What the document does not list does not exist, so that the response must be a problem. */
    private void undocumented(Exchange exchange, List<String> complaints) {
        if (exchange.status() < 400) {
            complaints.add("the operation is not documented");
        } else if (!exchange.method().equals("HEAD")) {
            body(
                    "response",
                    exchange.responseBody(),
                    contentType(exchange.headers()),
                    Map.of(
                            "application/problem+json",
                            Map.of("schema", Map.of("$ref", "#/components/schemas/Problem"))),
                    complaints);
        }
    }

    private void response(Exchange exchange, Map<String, Object> operation, List<String> complaints) {
        var documented = object(operation.get("responses")).get(String.valueOf(exchange.status()));
        if (documented == null) {
            complaints.add("the status is not documented; the answer is " + start(exchange.responseBody()));
            return;
        }
        var response = resolve(object(documented));
        headers(exchange.headers(), object(response.get("headers")), complaints);
        if (!exchange.method().equals("HEAD")) {
            body(
                    "response",
                    exchange.responseBody(),
                    contentType(exchange.headers()),
                    object(response.get("content")),
                    complaints);
        }
    }

    private void headers(HttpHeaders headers, Map<String, Object> documented, List<String> complaints) {
        for (var header : documented.entrySet()) {
            var described = resolve(object(header.getValue()));
            var value = headers.firstValue(header.getKey());
            if (value.isEmpty()) {
                if (Boolean.TRUE.equals(described.get("required"))) {
                    complaints.add("the header " + header.getKey() + " is missing");
                }
            } else {
                validate(
                        "header " + header.getKey(),
                        object(described.get("schema")),
                        ofText(object(described.get("schema")), value.get()),
                        complaints);
            }
        }
        HEADERS_TO_DOCUMENT.stream()
                .filter(name -> headers.firstValue(name)
                        .filter(value -> !isForAll(value))
                        .isPresent())
                .filter(name -> documented.keySet().stream().noneMatch(name::equalsIgnoreCase))
                .forEach(name -> complaints.add("the header " + name + " is not documented"));
    }

    /** Whether any response may have this cookie, as the introduction of the document says. */
    private static boolean isForAll(String header) {
        return header.startsWith("muster-seen=");
    }

    private void request(Exchange exchange, PathItem item, Map<String, Object> operation, List<String> complaints) {
        var known = Stream.of(item.operations().get("parameters"), operation.get("parameters"))
                .flatMap(parameters -> list(parameters).stream())
                .map(parameter -> resolve(object(parameter)))
                .filter(parameter -> "query".equals(parameter.get("in")))
                .map(parameter -> parameter.get("name"))
                .toList();
        queryNames(exchange.uri())
                .filter(name -> !known.contains(name))
                .forEach(name -> complaints.add("the query parameter " + name + " is not documented"));
        if (exchange.requestBody() == null) {
            return;
        }
        var body = resolve(object(operation.get("requestBody")));
        if (body.isEmpty()) {
            complaints.add("a request body is not documented");
            return;
        }
        var content = object(body.get("content"));
        // All media types of a request body have the same schema.
        var type = content.keySet().iterator().next();
        body("request", exchange.requestBody(), type, content, complaints);
    }

    private void body(String which, String text, String type, Map<String, Object> content, List<String> complaints) {
        if (content.isEmpty()) {
            if (!text.isEmpty()) {
                complaints.add("a body is not documented: " + start(text));
            }
            return;
        }
        if (!content.containsKey(type)) {
            complaints.add("the media type " + type + " is not documented; the answer is " + start(text));
            return;
        }
        if (!type.endsWith("json")) {
            return;
        }
        var schema = object(object(content.get(type)).get("schema"));
        try {
            validate(which, schema, JSON.readTree(text), complaints);
        } catch (JsonProcessingException failure) {
            complaints.add("the " + which + " is no JSON: " + start(text));
        }
    }

    private void validate(String which, Map<String, Object> schema, JsonNode value, List<String> complaints) {
        var errors = compiled.computeIfAbsent(schema, key -> schemas.getSchema(JSON.valueToTree(strict(schema, true))))
                .validate(value, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
        errors.stream()
                .filter(error -> !isConsequence(error, errors))
                .forEach(error ->
                        complaints.add("%s %s: %s".formatted(which, error.getInstanceLocation(), error.getMessage())));
    }

    /** After another error in an object, the library reports the object's properties as not listed, too. */
    private static boolean isConsequence(Error error, List<Error> errors) {
        var at = error.getInstanceLocation().toString();
        return isUnlisted(error)
                && errors.stream()
                        .filter(other -> (other.getInstanceLocation() + "/").startsWith(at + "/"))
                        .anyMatch(other -> !isUnlisted(other)
                                || !other.getInstanceLocation().toString().equals(at));
    }

    private static boolean isUnlisted(Error error) {
        return error.getKeyword().equals("unevaluatedProperties");
    }

    /**
     * The schema of OpenAPI 3.0 as one of JSON Schema 2020-12, which has no {@code nullable}.
     *
     * @param closed whether unlisted properties are errors; false for a part of an {@code allOf}
     */
    private Map<String, Object> strict(Map<String, Object> schema, boolean closed) {
        var strict = new LinkedHashMap<String, Object>(schema);
        schema.forEach((keyword, value) -> {
            switch (keyword) {
                case "$ref" -> strict.put(keyword, COMPONENTS + value);
                case "nullable" -> {
                    strict.remove(keyword);
                    strict.put("type", List.of(schema.get("type"), "null"));
                }
                case "properties" ->
                    strict.put(
                            keyword,
                            object(value).entrySet().stream()
                                    .collect(Collectors.toMap(
                                            Map.Entry::getKey, property -> strict(object(property.getValue()), true))));
                case "items" -> strict.put(keyword, strict(object(value), true));
                case "allOf", "oneOf", "anyOf" ->
                    strict.put(
                            keyword,
                            list(value).stream()
                                    .map(part -> strict(object(part), false))
                                    .toList());
                case "example" -> strict.remove(keyword);
                default -> {}
            }
        });
        if (closed && hasProperties(schema)) {
            strict.put("unevaluatedProperties", false);
        }
        return strict;
    }

    private boolean hasProperties(Map<String, Object> schema) {
        return resolve(schema).containsKey("properties")
                || Stream.of("allOf", "oneOf", "anyOf")
                        .flatMap(keyword -> list(resolve(schema).get(keyword)).stream())
                        .anyMatch(part -> hasProperties(object(part)));
    }

    private void examples(String at, Object node, List<String> complaints) {
        if (node instanceof List<?> list) {
            list.forEach(element -> examples(at, element, complaints));
            return;
        }
        if (!(node instanceof Map<?, ?>)) {
            return;
        }
        var map = object(node);
        if (map.get("schema") instanceof Map<?, ?> schema) {
            var values = new ArrayList<Object>();
            Optional.ofNullable(map.get("example")).ifPresent(values::add);
            object(map.get("examples"))
                    .values()
                    .forEach(example -> values.add(resolve(object(example)).get("value")));
            values.forEach(value -> validate(at, object(schema), JSON.valueToTree(value), complaints));
        }
        map.forEach((key, value) -> examples(at + "/" + key, value, complaints));
    }

    /** The target of a reference; a node that is none, as it is. */
    private Map<String, Object> resolve(Map<String, Object> node) {
        if (!(node.get("$ref") instanceof String reference)) {
            return node;
        }
        Object target = document;
        for (var name : reference.substring(2).split("/")) {
            target = object(target).get(name);
        }
        return resolve(object(target));
    }

    private static Comparator<PathItem> mostSpecificFirst() {
        return Comparator.comparing((PathItem path) ->
                        path.template().chars().filter(c -> c == '{').count())
                .thenComparing(path -> -path.template().length());
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(Stream.of(template.split("(?=\\{)|(?<=})"))
                .map(part -> part.startsWith("{") ? "[^/]+" : Pattern.quote(part))
                .collect(Collectors.joining()));
    }

    private static Stream<String> queryNames(URI uri) {
        return uri.getRawQuery() == null
                ? Stream.of()
                : Stream.of(uri.getRawQuery().split("&"))
                        .map(parameter -> parameter.split("=", 2)[0]);
    }

    private static String contentType(HttpHeaders headers) {
        return headers.firstValue("Content-Type")
                .map(value -> value.split(";")[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    private static JsonNode ofText(Map<String, Object> schema, String value) {
        try {
            return "string".equals(schema.get("type")) ? TextNode.valueOf(value) : JSON.readTree(value);
        } catch (JsonProcessingException failure) {
            return TextNode.valueOf(value);
        }
    }

    private static String start(String text) {
        return text.length() < 500 ? text : text.substring(0, 500) + "…";
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object node) {
        return node == null ? Map.of() : (Map<String, Object>) node;
    }

    private static List<?> list(Object node) {
        return node == null ? List.of() : (List<?>) node;
    }
}

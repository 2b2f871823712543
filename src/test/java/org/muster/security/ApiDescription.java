package org.muster.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.Yaml;

/** The operations that {@code openapi.yaml} describes. */
final class ApiDescription {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Object> document;

    /**
     * An operation.
     *
     * @param path with parameters in braces
     * @param example of the body, with the schema and the media type beside it; absent if there is no body
     */
    record Operation(
            String method,
            String path,
            List<Parameter> parameters,
            Optional<JsonNode> example,
            Map<String, Object> schema,
            String mediaType) {
        String name() {
            return method + " " + path;
        }

        boolean has(String header) {
            return parameters.stream().anyMatch(parameter -> parameter.name().equals(header));
        }
    }

    /**
     * A parameter, in the {@code path}, the {@code query}, or a {@code header}.
     *
     * @param example absent if the parameter is optional
     */
    record Parameter(String name, String in, Optional<String> example) {}

    private ApiDescription(Map<String, Object> document) {
        this.document = document;
    }

    /** Reads the document in the WAR. */
    static ApiDescription read() {
        try (var file = ApiDescription.class.getResourceAsStream("/META-INF/openapi.yaml")) {
            return new ApiDescription(new Yaml().load(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns all operations, in the order of the document. */
    List<Operation> operations() {
        var operations = new ArrayList<Operation>();
        object(document.get("paths"))
                .forEach((path, item) -> object(item).forEach((method, operation) -> {
                    if (METHODS.contains(method)) {
                        operations.add(operation(method, path, object(item), object(operation)));
                    }
                }));
        return operations;
    }

    /** Returns a schema's properties, by name, with those of its parts. */
    Map<String, Map<String, Object>> properties(Map<String, Object> schema) {
        var resolved = resolve(schema);
        var properties = new LinkedHashMap<String, Map<String, Object>>();
        for (var keyword : List.of("allOf", "oneOf", "anyOf")) {
            list(resolved.get(keyword)).forEach(part -> properties.putAll(properties(object(part))));
        }
        object(resolved.get("properties")).forEach((name, property) -> properties.put(name, object(property)));
        return properties;
    }

    private Operation operation(String method, String path, Map<String, Object> item, Map<String, Object> operation) {
        var parameters = new ArrayList<Parameter>();
        for (var described : List.of(list(item.get("parameters")), list(operation.get("parameters")))) {
            for (var parameter : described) {
                var resolved = resolve(object(parameter));
                parameters.add(new Parameter(
                        (String) resolved.get("name"),
                        (String) resolved.get("in"),
                        Boolean.TRUE.equals(resolved.get("required"))
                                ? Optional.ofNullable(resolved.get("example")).map(String::valueOf)
                                : Optional.empty()));
            }
        }
        var content = object(resolve(object(operation.get("requestBody"))).get("content"));
        var mediaType = content.keySet().stream().findFirst();
        var body = mediaType.map(type -> object(content.get(type))).orElse(Map.of());
        return new Operation(
                method.toUpperCase(Locale.ROOT),
                path,
                parameters,
                mediaType.map(type -> example(body)),
                object(body.get("schema")),
                mediaType.orElse(""));
    }

    private JsonNode example(Map<String, Object> body) {
        var examples = object(body.get("examples")).values().stream()
                .map(example -> resolve(object(example)).get("value"));
        var example = Optional.ofNullable(body.get("example")).or(examples::findFirst);
        return JSON.valueToTree(example.orElse(Map.of()));
    }

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

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object node) {
        return node == null ? Map.of() : (Map<String, Object>) node;
    }

    private static List<?> list(Object node) {
        return node == null ? List.of() : (List<?>) node;
    }
}

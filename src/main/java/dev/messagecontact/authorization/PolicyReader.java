package dev.messagecontact.authorization;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a policy file. What it does not understand it refuses: a Condition that is passed over would allow, or fail to deny,
 * what nobody meant.
 */
public final class PolicyReader {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String VERSION = "1";
    private static final String ANYBODY = "*";
    private static final String ACCOUNTS_SHORTHAND = ":root";

    private PolicyReader() {}

    /**
     * The policy in this JSON document.
     *
     * @throws BrokenFileException if it is none, or has an element that is not supported
     */
    public static Policy read(byte[] document) throws BrokenFileException {
        JsonNode root = parse(document);
        requireFields(root, "the policy", Set.of("Version", "Statement"));
        if (!VERSION.equals(text(root, "Version"))) {
            throw new BrokenFileException("Version must be \"1\"");
        }
        JsonNode statements = root.get("Statement");
        if (statements == null || !statements.isArray()) {
            throw new BrokenFileException("Statement must be an array");
        }
        List<Statement> read = new ArrayList<>();
        for (JsonNode statement : statements) {
            read.add(statement(statement, "statement " + (read.size() + 1)));
        }
        return new Policy(read);
    }

    private static JsonNode parse(byte[] document) throws BrokenFileException {
        try {
            return JSON.readTree(document);
        } catch (JacksonException e) {
            throw new BrokenFileException("it is no JSON document with each field once");
        }
    }

    private static Statement statement(JsonNode node, String where) throws BrokenFileException {
        requireFields(node, where, Set.of("Effect", "Principal", "Action", "Resource"));
        String effect = text(node, "Effect");
        if (!"Allow".equals(effect) && !"Deny".equals(effect)) {
            throw new BrokenFileException(where + ": Effect must be \"Allow\" or \"Deny\"");
        }
        List<Wildcard> actions = patterns(node.get("Action"), where + ": Action").stream()
                .map(action -> new Wildcard(action.pattern().toLowerCase(Locale.ROOT)))
                .toList();
        return new Statement(
                "Allow".equals(effect),
                principals(node.get("Principal"), where + ": Principal"),
                actions,
                patterns(node.get("Resource"), where + ": Resource"));
    }

    private static List<Wildcard> principals(@Nullable JsonNode node, String where) throws BrokenFileException {
        if (node != null && node.isString() && ANYBODY.equals(node.stringValue())) {
            return List.of(new Wildcard(ANYBODY));
        }
        if (node == null || !node.isObject() || node.size() != 1 || !node.has("RAM")) {
            throw new BrokenFileException(where + " must be \"*\" or {\"RAM\": [...]}");
        }
        List<Wildcard> principals = patterns(node.get("RAM"), where);
        if (principals.stream().anyMatch(each -> each.pattern().endsWith(ACCOUNTS_SHORTHAND))) {
            // As a plain text it would match no sender, and a Deny of it would deny nothing.
            throw new BrokenFileException(where + ": write acs:ram::ACCOUNT:* instead of acs:ram::ACCOUNT:root");
        }
        return principals;
    }

    private static List<Wildcard> patterns(@Nullable JsonNode node, String where) throws BrokenFileException {
        List<Wildcard> patterns = new ArrayList<>();
        if (node != null && node.isString()) {
            patterns.add(new Wildcard(node.stringValue()));
        } else if (node != null && node.isArray()) {
            for (JsonNode each : node) {
                patterns.add(new Wildcard(each.isString() ? each.stringValue() : ""));
            }
        }
        if (patterns.isEmpty()
                || patterns.stream().anyMatch(each -> each.pattern().isBlank())) {
            throw new BrokenFileException(where + " must be a text or an array of texts, none of them blank");
        }
        return patterns;
    }

    private static void requireFields(JsonNode node, String where, Set<String> supported) throws BrokenFileException {
        if (!node.isObject()) {
            throw new BrokenFileException(where + " must be a JSON object");
        }
        for (Iterator<String> names = node.propertyNames().iterator(); names.hasNext(); ) {
            if (!supported.contains(names.next())) {
                throw new BrokenFileException("%s has an element besides %s, which is not supported"
                        .formatted(
                                where,
                                String.join(", ", supported.stream().sorted().toList())));
            }
        }
    }

    private static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value != null && value.isString() ? value.stringValue() : null;
    }
}

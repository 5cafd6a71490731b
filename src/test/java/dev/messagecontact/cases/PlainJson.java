package dev.messagecontact.cases;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** JSON as RFC 8259 has it, read in the plainest way, for tests to hold the decoder against. */
final class PlainJson {

    /** The JSON literal null; numbers, true and false are all {@link #OTHER}. */
    static final Object NULL = "the literal null".getClass();

    static final Object OTHER = Integer.class;

    private final String text;
    private final int maxDepth;
    private int at;
    private int depth;

    boolean hasDuplicates;
    boolean isIllFormed;

    PlainJson(String text, int maxDepth) {
        this.text = text;
        this.maxDepth = maxDepth;
    }

    static final class NotJson extends RuntimeException {}

    static final class TooDeep extends RuntimeException {}

    /** A map, a list, a text, or one of the constants. */
    Object read() {
        Object value = value();
        blanks();
        if (at < text.length()) {
            throw new NotJson();
        }
        return value;
    }

    private Object value() {
        blanks();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", OTHER);
            case 'f' -> word("false", OTHER);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** NUL, which is no part of JSON, at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private void take(char expected) {
        if (at >= text.length() || text.charAt(at) != expected) {
            throw new NotJson();
        }
        at++;
    }

    private void open(char bracket) {
        take(bracket);
        if (++depth > maxDepth) {
            throw new TooDeep();
        }
        blanks();
    }

    private Map<String, Object> object() {
        Map<String, Object> fields = new HashMap<>();
        open('{');
        while (peek() != '}') {
            if (!fields.isEmpty()) {
                take(',');
                blanks();
            }
            String name = string();
            blanks();
            take(':');
            hasDuplicates |= fields.containsKey(name);
            fields.put(name, value());
            blanks();
        }
        take('}');
        depth--;
        return fields;
    }

    private List<Object> array() {
        List<Object> values = new ArrayList<>();
        open('[');
        while (peek() != ']') {
            if (!values.isEmpty()) {
                take(',');
            }
            values.add(value());
            blanks();
        }
        take(']');
        depth--;
        return values;
    }

    private String string() {
        StringBuilder read = new StringBuilder();
        take('"');
        while (peek() != '"') {
            char c = peek();
            if (c < ' ') {
                throw new NotJson();
            }
            at++;
            read.append(c == '\\' ? escaped() : c);
        }
        take('"');
        isIllFormed |= read.codePoints().anyMatch(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF));
        return read.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        int plain = "\"\\/bfnrt".indexOf(c);
        if (plain >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(plain);
        }
        int end = at + 4;
        if (c != 'u' || end > text.length() || !text.substring(at, end).matches("[0-9a-fA-F]{4}")) {
            throw new NotJson();
        }
        char code = (char) Integer.parseInt(text.substring(at, end), 16);
        at = end;
        return code;
    }

    private Object word(String word, Object meaning) {
        if (!text.startsWith(word, at)) {
            throw new NotJson();
        }
        at += word.length();
        return meaning;
    }

    private Object number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (!text.substring(start, at).matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            throw new NotJson();
        }
        return OTHER;
    }
}

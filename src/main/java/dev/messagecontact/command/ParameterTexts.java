package dev.messagecontact.command;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The texts of an object's parameters, and those parameters whose value is no text. Not thread-safe. */
final class ParameterTexts {

    final Map<Parameter, String> texts = new EnumMap<>(Parameter.class);
    final EnumSet<Parameter> mistyped = EnumSet.noneOf(Parameter.class);

    void keep(Parameter parameter, JsonToken token, JsonParser json) {
        if (token == JsonToken.VALUE_STRING) {
            texts.put(parameter, json.getString());
        } else if (token != JsonToken.VALUE_NULL) {
            mistyped.add(parameter);
        }
    }

    void clear() {
        texts.clear();
        mistyped.clear();
    }
}

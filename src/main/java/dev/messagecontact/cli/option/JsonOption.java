package dev.messagecontact.cli.option;

import dev.messagecontact.cli.line.Invocation;
import dev.messagecontact.cli.print.JsonLine;
import java.util.function.Function;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The option that asks for JSON in place of text. */
public final class JsonOption extends Invocation {

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean given;

    public boolean isGiven() {
        return given;
    }

    /** Prints something as one object, or as a line of text. */
    public <T> void print(T thing, Function<T, ObjectNode> json, Function<T, String> text) {
        if (given) {
            JsonLine.print(out(), json.apply(thing));
        } else {
            out().println(text.apply(thing));
        }
    }
}

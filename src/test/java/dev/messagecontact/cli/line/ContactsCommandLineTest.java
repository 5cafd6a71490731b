package dev.messagecontact.cli.line;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.Contacts;
import dev.messagecontact.cli.WorkerCommand;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactsCommandLineTest {

    private final List<Callable<Integer>> all = Contacts.commands(new CommonOptions(Map.of()));

    @ParameterizedTest
    @ValueSource(strings = {"worker", "worker --help", "worker --config=nowhere"})
    void of_a_command_that_is_named_no_other_is_read(String line) {
        List<Callable<Integer>> named = ContactsCommandLine.named(line.split(" ", -1), all);
        assertEquals(
                List.of(WorkerCommand.class),
                named.stream().map(Object::getClass).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--config=nowhere worker", "wroker", "completion bash"})
    void to_tell_of_commands_all_are_read(String line) {
        assertEquals(all, ContactsCommandLine.named(line.split(" ", -1), all));
    }

    @Test
    void without_a_command_all_are_read() {
        assertEquals(all, ContactsCommandLine.named(new String[0], all));
    }
}

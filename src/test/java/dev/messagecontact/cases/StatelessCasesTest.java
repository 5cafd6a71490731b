package dev.messagecontact.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.CommandRecords;
import dev.messagecontact.command.Decoded;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.command.Origin;
import dev.messagecontact.support.Defaults;
import dev.messagecontact.validation.ActionRules;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.ContactRules;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the acceptance cases say of single records, without a broker and a database. */
class StatelessCasesTest {

    private final CommandDecoder decoder = new CommandDecoder(new UUID(1, 2), Origin.UPSTREAM, Defaults.LIMITS);
    private final ContactRules rules = new ContactRules(Defaults.RULES);

    static Stream<AcceptanceCase> cases() {
        return AcceptanceCase.STATELESS.stream().flatMap(file -> AcceptanceCase.of(file).stream());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_record_gets_the_codes_and_ids_that_its_case_states(AcceptanceCase example) {
        AcceptanceCase.Expected expected = example.expected();

        Decoded decoded = decoder.decode(CommandRecords.of(example.key(), example.value(), example.headers()));
        Checked checked = decoded.match(
                command -> rules.check(command.content()),
                action -> ActionRules.check(action.content()),
                unreadable -> new Checked.Refused(List.of(unreadable.code())));
        List<String> codes = checked.match(
                acceptable -> List.of(),
                action -> List.of(),
                refused -> refused.codes().stream().map(ErrorCode::code).toList());

        assertEquals(expected.topic(), codes.isEmpty() ? "results" : "errors");
        assertEquals(expected.code(), codes.isEmpty() ? null : codes.get(0));
        assertEquals(expected.deadLetter(), decoded instanceof Decoded.Unreadable);
        if (expected.violations() != null) {
            assertEquals(expected.violations(), codes);
        }
        if (expected.requestId() != null) {
            assertEquals(expected.requestId(), decoded.envelope().requestId());
        }
        if (expected.directoryId() != null) {
            assertEquals(expected.directoryId(), decoded.envelope().directoryId());
        }
        if (expected.sms() != null) {
            assertEquals(
                    expected.sms(),
                    checked.match(acceptable -> acceptable.contact().phone() != null, action -> false, r -> false));
        }
    }

    @Test
    void every_stateless_file_has_cases() {
        AcceptanceCase.STATELESS.forEach(
                file -> assertTrue(AcceptanceCase.of(file).size() > 5, file));
    }
}

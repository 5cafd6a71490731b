package dev.messagecontact.authorization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {

    private static final String ACCOUNT = "1234567890123456";
    private static final String ALICE = "acs:ram::1234567890123456:user/alice";

    /** What each kind of statement says of Alice's command, in each element: exact, with wildcards, or about something else. */
    private static final List<List<String>> FITTING = List.of(
            List.of(ALICE, "*", "acs:ram::1234567890123456:*", "acs:ram::*:user/alic?"),
            List.of(
                    "resourcemanager:AddMessageContact",
                    "*",
                    "resourcemanager:Add*",
                    "resourcemanager:addmessagecontac?"),
            List.of(
                    "acs:resourcemanager:*:1234567890123456:messagecontact/*",
                    "*",
                    "acs:resourcemanager:?:123456789012345?:messagecontact/*",
                    "acs:*:1234567890123456:*"));

    private static final List<List<String>> OTHER = List.of(
            List.of("acs:ram::1234567890123456:user/bob", "acs:ram::1234567890123456:user/alice?", "acs:ram::9*"),
            List.of("resourcemanager:DeleteMessageContact", "ram:*", "resourcemanager:AddMessageContact?"),
            List.of("acs:resourcemanager:*:6543210987654321:messagecontact/*", "acs:ram:*", "messagecontact/*"));

    @Test
    void a_statement_is_about_a_command_if_each_of_its_elements_is() throws Exception {
        for (String effect : List.of("Allow", "Deny")) {
            Denial about = effect.equals("Allow") ? null : Denial.DENIED;
            for (String principal : FITTING.get(0)) {
                for (String action : FITTING.get(1)) {
                    for (String resource : FITTING.get(2)) {
                        assertEquals(about, denial(statement(effect, principal, action, resource)));
                    }
                }
            }
            for (int element = 0; element < 3; element++) {
                for (String other : OTHER.get(element)) {
                    List<String> elements = new ArrayList<>(List.of(
                            FITTING.get(0).get(0),
                            FITTING.get(1).get(0),
                            FITTING.get(2).get(0)));
                    elements.set(element, other);
                    assertEquals(
                            Denial.NOT_ALLOWED,
                            denial(statement(effect, elements.get(0), elements.get(1), elements.get(2))),
                            other);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "allowed",
            value = {
                "'', NOT_ALLOWED",
                "A, allowed",
                "D, DENIED",
                "a, NOT_ALLOWED",
                "d, NOT_ALLOWED",
                "AD, DENIED",
                "DA, DENIED",
                "Ad, allowed",
                "dA, allowed",
                "aD, DENIED",
                "Da, DENIED",
                "ad, NOT_ALLOWED",
                "AA, allowed",
                "aA, allowed",
                "AAD, DENIED",
                "ADA, DENIED",
                "DAA, DENIED",
                "aAd, allowed"
            })
    void an_explicit_deny_wins_and_nothing_said_is_a_deny(String statements, Denial expected) throws Exception {
        // A and D are about Alice's command, a and d are not.
        List<String> all = statements
                .chars()
                .mapToObj(letter -> statement(
                        Character.toUpperCase(letter) == 'A' ? "Allow" : "Deny",
                        Character.isUpperCase(letter) ? ALICE : "acs:ram::1234567890123456:user/bob",
                        "resourcemanager:*",
                        "*"))
                .toList();
        assertEquals(expected, denial(all.toArray(String[]::new)));
    }

    @Test
    void lists_of_actions_resources_and_principals_mean_any_of_them() throws Exception {
        String statement = """
                {"Effect":"Allow","Principal":{"RAM":["acs:ram::9:user/x","acs:ram::1234567890123456:user/alice"]},
                 "Action":["ram:*","resourcemanager:AddMessageContact"],"Resource":["acs:ram:*","acs:resourcemanager:*"]}""";
        assertEquals(null, denial(statement));
    }

    @Test
    void anybody_is_a_principal_too() throws Exception {
        assertEquals(null, denial("{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}"));
    }

    @Test
    void a_directory_without_an_account_is_nobodys() throws Exception {
        Policy everything = policy(statement("Allow", "*", "*", "*"));
        assertEquals(Denial.NO_ACCOUNT, Permission.denial(ALICE, "AddMessageContact", null, null, everything));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "nonsense",
                "{}",
                "{\"Version\":\"2\",\"Statement\":[]}",
                "{\"Version\":1,\"Statement\":[]}",
                "{\"Version\":\"1\"}",
                "{\"Version\":\"1\",\"Statement\":{}}",
                "{\"Version\":\"1\",\"Statement\":[],\"Statement\":[]}",
                "{\"Version\":\"1\",\"Statement\":[]} {}",
                "{\"Version\":\"1\",\"Statement\":[],\"Id\":\"x\"}",
                "{\"Version\":\"1\",\"Statement\":[\"Allow\"]}",
            })
    void what_is_no_policy_is_refused(String document) {
        assertThrows(BrokenFileException.class, () -> PolicyReader.read(document.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'Effect':'allow','Principal':'*','Action':'*','Resource':'*'}",
                "{'Effect':'Allow','Action':'*','Resource':'*'}",
                "{'Effect':'Allow','Principal':'*','Resource':'*'}",
                "{'Effect':'Allow','Principal':'*','Action':'*'}",
                "{'Effect':'Allow','Principal':'acs:ram::1:user/x','Action':'*','Resource':'*'}",
                "{'Effect':'Allow','Principal':{'Service':'x'},'Action':'*','Resource':'*'}",
                "{'Effect':'Allow','Principal':{'RAM':[]},'Action':'*','Resource':'*'}",
                "{'Effect':'Allow','Principal':'*','Action':[],'Resource':'*'}",
                "{'Effect':'Allow','Principal':'*','Action':[1],'Resource':'*'}",
                "{'Effect':'Allow','Principal':'*','Action':'','Resource':'*'}",
                "{'Effect':'Deny','Principal':{'RAM':'acs:ram::1:root'},'Action':'*','Resource':'*'}",
                "{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*','Condition':{}}",
                "{'Effect':'Allow','Principal':'*','NotAction':'*','Resource':'*'}",
            })
    void a_statement_that_is_not_understood_as_a_whole_is_refused(String statement) {
        assertThrows(BrokenFileException.class, () -> policy(statement.replace('\'', '"')));
    }

    @Test
    void wildcards_match_what_a_regular_expression_would() {
        Random random = new Random(21);
        for (int i = 0; i < 20_000; i++) {
            String pattern = text(random, "ab*?");
            String text = text(random, "ab");
            Pattern same = Pattern.compile(pattern.replace("*", ".*").replace('?', '.'));
            assertEquals(same.matcher(text).matches(), new Wildcard(pattern).matches(text), pattern + " on " + text);
        }
    }

    @Test
    void no_pattern_takes_long() {
        Wildcard many = new Wildcard("*a".repeat(2_000) + "b");
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> many.matches("a".repeat(5_000)));
    }

    private static String text(Random random, String letters) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(9); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private static Denial denial(String... statements) throws BrokenFileException {
        return Permission.denial(ALICE, "AddMessageContact", ACCOUNT, null, policy(statements));
    }

    private static Policy policy(String... statements) throws BrokenFileException {
        String document = "{\"Version\":\"1\",\"Statement\":[%s]}".formatted(String.join(",", statements));
        return PolicyReader.read(document.getBytes(UTF_8));
    }

    private static String statement(String effect, String principal, String action, String resource) {
        return """
                {"Effect":"%s","Principal":{"RAM":"%s"},"Action":"%s","Resource":"%s"}""".formatted(effect, principal, action, resource);
    }
}

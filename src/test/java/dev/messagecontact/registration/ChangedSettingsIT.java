package dev.messagecontact.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.authorization.Policy;
import dev.messagecontact.command.Action;
import dev.messagecontact.command.AddMessageContact;
import dev.messagecontact.directory.DirectorySettings;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.ContactRules;
import dev.messagecontact.validation.RuleSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Settings change between batches, between a crash and its repeat, and before a replay: history stays what was decided. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangedSettingsIT {

    private static final int STREAMS = Integer.getInteger("settings.streams", 10);
    private static final int LENGTH = 120;
    private static final List<String> NUMBERS = List.of("86-13900001234", "39-3312345678", "1-2015550123", "");
    private static final List<String> ADDRESSES =
            List.of("a@b.example", "A@B.example", "someone.with.a.long.name@example.com", "a@b..example");

    private TestStage stage;

    @BeforeAll
    void open() {
        stage = TestStage.with(1);
    }

    @AfterAll
    void close() {
        stage.close();
    }

    @Test
    void repeats_and_replays_are_answered_as_history_was() {
        for (int seed = 0; seed < STREAMS; seed++) {
            forgetAll();
            Random random = new Random(seed);
            List<Command> stream = stream(random);
            List<String> history = new ArrayList<>();
            for (int from = 0, to; from < LENGTH; from = to) {
                to = Math.min(LENGTH, from + 1 + random.nextInt(40));
                List<Command> batch = stream.subList(from, to);
                List<String> answers = settle(batch, Past.NONE, random);
                if (random.nextInt(3) == 0) {
                    List<String> again = settle(batch, Past.SETTLED, random);
                    boolean deletes = batch.stream().anyMatch(each -> each.action() == Action.DELETE);
                    assertEquals(mailing(answers, !deletes), mailing(again, !deletes), "repeat, seed " + seed);
                }
                history.addAll(answers);
            }
            List<String> before = rows();

            for (int replay = 0; replay < 2; replay++) {
                List<String> again = settle(stream, Past.PUBLISHED, random);
                for (int i = 0; i < LENGTH; i++) {
                    assertEquals(unverified(history.get(i)), again.get(i), "replay, seed " + seed + " offset " + i);
                }
            }
            assertEquals(before, rows(), "seed " + seed);
            assertEquals(List.of(), StoredState.miscounted(stage), "seed " + seed);
        }
    }

    private record Command(long offset, Action action, String directoryId, String requestId, String text, int kind) {}

    private static List<Command> stream(Random random) {
        List<Command> stream = new ArrayList<>();
        for (int offset = 0; offset < LENGTH; offset++) {
            Action action = switch (random.nextInt(8)) {
                case 0 -> Action.DELETE;
                case 1 -> Action.SEND_EMAIL_VERIFICATION;
                case 2 -> Action.SEND_PHONE_VERIFICATION;
                default -> Action.ADD;
            };
            String directoryId = "rd-" + random.nextInt(3);
            String text = action == Action.ADD
                    ? "tom" + (char) ('a' + random.nextInt(6))
                    : DerivedIds.contactId(directoryId, "r-" + random.nextInt(25));
            stream.add(new Command(offset, action, directoryId, "r-" + random.nextInt(25), text, random.nextInt(16)));
        }
        return stream;
    }

    /** Under settings of the moment. */
    private List<String> settle(List<Command> batch, Past past, Random random) {
        Set<Integer> countryCodes =
                List.of(Set.of(86), Set.of(86, 39), Set.of(39, 1)).get(random.nextInt(3));
        ContactRules rules = new ContactRules(
                new RuleSettings(random.nextBoolean() ? 254 : 20, countryCodes, random.nextInt(3) == 0));
        DirectorySettings directories = new DirectorySettings(stage.database());
        Integer own = random.nextBoolean() ? null : Integer.valueOf(random.nextInt(6));
        directories.setLimit("rd-" + random.nextInt(3), own, "test");
        Registrar registrar =
                new Registrar(stage.database(), random.nextInt(6), 0, BatchListener.NONE, () -> Policy.NOTHING);
        List<Request> requests =
                batch.stream().map(each -> request(each, rules, past)).toList();
        List<String> answers = new ArrayList<>();
        for (Answer answer : Requests.settle(registrar, requests).answers()) {
            answers.add(inWords(answer));
        }
        return answers;
    }

    private static Request request(Command command, ContactRules rules, Past past) {
        if (command.action() != Action.ADD) {
            Request about = Requests.about(
                    command.offset(), command.action(), command.directoryId(), command.requestId(), command.text());
            return new Request(about.envelope(), about.position(), about.checked(), past);
        }
        String number = NUMBERS.get(command.kind() % 4);
        Checked checked = rules.check(new AddMessageContact(
                command.requestId(),
                command.directoryId(),
                command.text(),
                ADDRESSES.get(command.kind() / 4),
                number.isEmpty() ? null : number,
                "CEO",
                List.of("ServiceMessage"),
                Set.of()));
        Request same = Requests.adding(command.offset(), command.directoryId(), command.requestId(), command.text());
        return new Request(same.envelope(), same.position(), checked, past);
    }

    /** All that an event is made of. */
    private static String inWords(Answer answer) {
        return answer.outcome()
                .match(
                        added -> "added " + added.contact() + " " + added.createdAt() + " verify " + added.verify(),
                        changed -> changed.kind() + " " + changed.contactId() + " " + changed.status() + " "
                                + changed.channel() + " verify " + changed.request(),
                        rejected -> rejected.toString());
    }

    /** Who is deleted by now is not mailed again. */
    private static List<String> mailing(List<String> words, boolean mailsAll) {
        return mailsAll
                ? words
                : words.stream().map(ChangedSettingsIT::unverified).toList();
    }

    private static String unverified(String words) {
        return words.startsWith("added")
                ? words.replace("verify true", "verify false")
                : words.replaceAll(" verify .*", " verify null");
    }

    private void forgetAll() {
        StoredState.forget(stage);
        stage.database().execute("truncate directory_change");
    }

    private List<String> rows() {
        List<String> rows = StoredState.rowsWithoutDirectories(stage);
        assertTrue(rows.size() > LENGTH / 3);
        return rows;
    }
}

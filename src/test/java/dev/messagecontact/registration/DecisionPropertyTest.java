package dev.messagecontact.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.outcome.Answer;
import dev.messagecontact.outcome.Outcome;
import dev.messagecontact.outcome.Outcome.Added;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a stream of commands is cut into batches, crashes and is replayed, it comes out as one command at a time. */
class DecisionPropertyTest {

    private static final int STREAMS = 200;
    private static final int LENGTH = 120;
    private static final int LIMIT = 4;
    private static final Set<String> DIRECTORIES = Set.of("rd-0", "rd-1", "rd-2");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 40, LENGTH})
    void batches_come_out_as_one_command_at_a_time(int longestBatch) {
        for (int seed = 0; seed < STREAMS; seed++) {
            Random random = new Random(seed);
            List<Request> stream = stream(random, false);
            OneAtATime model = new OneAtATime(LIMIT);
            TablesInMemory tables = new TablesInMemory();

            List<Outcome> expected = stream.stream().map(model::answer).toList();
            List<Outcome> outcomes = new ArrayList<>();
            for (int from = 0, to; from < LENGTH; from = to) {
                to = Math.min(LENGTH, from + 1 + random.nextInt(longestBatch));
                List<Request> batch = stream.subList(from, to);
                if (random.nextInt(4) == 0) {
                    settle(batch, tables); // a crash after the database's commit: the batch comes again
                }
                outcomes.addAll(settle(batch, tables));
            }

            assertEquals(expected, outcomes, "seed " + seed);
            assertEquals(model.contactIdsByName(), tables.contactIdsByName(), "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, LENGTH})
    void a_replay_answers_as_history_did_and_changes_nothing(int batchSize) {
        for (int seed = 0; seed < STREAMS; seed++) {
            TablesInMemory tables = new TablesInMemory();
            List<Outcome> history = settle(stream(new Random(seed), false), tables);
            List<Request> replay = stream(new Random(seed), true);

            List<Outcome> outcomes = new ArrayList<>();
            for (int from = 0; from < LENGTH; from += batchSize) {
                List<Request> batch = replay.subList(from, Math.min(LENGTH, from + batchSize));
                Decision decision = Decision.about(batch, tables.snapshot(DIRECTORIES), LIMIT, Requests.ROOM);
                assertEquals(List.of(), decision.rows().contacts());
                assertEquals(List.of(), decision.rows().rejections());
                decision.answers().forEach(answer -> outcomes.add(answer.outcome()));
            }

            assertEquals(history.stream().map(DecisionPropertyTest::unverified).toList(), outcomes, "seed " + seed);
        }
    }

    private static List<Request> stream(Random random, boolean replay) {
        List<Request> stream = new ArrayList<>();
        for (int offset = 0; offset < LENGTH; offset++) {
            String directoryId = "rd-" + random.nextInt(DIRECTORIES.size());
            String requestId = "r-" + random.nextInt(30);
            String name = "tom" + (char) ('a' + random.nextInt(8));
            stream.add(
                    replay
                            ? Requests.addingAgain(offset, directoryId, requestId, name)
                            : Requests.adding(offset, directoryId, requestId, name));
        }
        return stream;
    }

    private static List<Outcome> settle(List<Request> batch, TablesInMemory tables) {
        Decision decision = Decision.about(batch, tables.snapshot(DIRECTORIES), LIMIT, Requests.ROOM);
        tables.write(decision.rows());
        return decision.answers().stream().map(Answer::outcome).toList();
    }

    private static Outcome unverified(Outcome outcome) {
        return outcome.match(
                added -> new Added(added.contact(), added.createdAt(), false),
                changed -> changed,
                rejected -> rejected);
    }
}

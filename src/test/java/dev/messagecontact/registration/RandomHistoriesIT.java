package dev.messagecontact.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.outcome.EventKind;
import dev.messagecontact.outcome.OutcomeEvent;
import dev.messagecontact.registration.RandomCommands.Command;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.UnsteadyWorker.Told;
import dev.messagecontact.schemas.PublishedSchemas;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records of both topics from their bytes to their events. Rules, limits, senders' keys, policies and accounts change between
 * batches, directories are locked, and rows are refused: what was decided is told again in the same bytes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomHistoriesIT {

    private static final int STREAMS = Integer.getInteger("histories.streams", 8);
    private static final int FIRST = Integer.getInteger("histories.first", 0);
    private static final int LENGTH = 200;

    private final Map<String, Integer> seen = new TreeMap<>();
    private TestStage stage;
    private UnsteadyWorker worker;
    private Random random;
    private int seed;

    @BeforeAll
    void open() {
        stage = TestStage.with(1);
        UnsteadyWorker.prepare(stage);
    }

    @AfterAll
    void close() {
        stage.close();
    }

    @Test
    void what_was_decided_is_told_again_in_the_same_bytes_whatever_has_changed() throws Exception {
        for (seed = FIRST; seed < FIRST + STREAMS; seed++) {
            random = new Random(seed);
            worker = UnsteadyWorker.afresh(stage, random);
            List<Command> stream = new RandomCommands(random, 1).stream(LENGTH);
            Map<Command, Told> history = new HashMap<>();
            for (int from = 0, to; from < LENGTH; from = to) {
                to = Math.min(LENGTH, from + 1 + random.nextInt(40));
                List<Command> batch = stream.subList(from, to);
                Map<Command, Told> told = worker.settle(batch, Past.NONE);
                if (random.nextInt(3) == 0) {
                    assertSame(told, worker.settle(batch, Past.SETTLED), false, "repeat");
                }
                history.putAll(told);
            }
            List<String> rows = rows();
            assertEquals(List.of(), StoredState.miscounted(stage), "seed " + seed);
            history.values().forEach(this::assertSchemas);

            for (int from = 0, to; from < LENGTH; from = to) {
                to = Math.min(LENGTH, from + 1 + random.nextInt(60));
                List<Command> batch = stream.subList(from, to);
                assertSame(part(history, batch), worker.settle(batch, Past.PUBLISHED), true, "replay");
            }
            StoredState.assertSame(rows, rows(), "after a replay, seed " + seed);

            StoredState.forget(stage);
            rebuild(stream, history);
            StoredState.assertSame(rows, rows(), "after a rebuild, seed " + seed);
            assertEquals(List.of(), StoredState.miscounted(stage), "seed " + seed);
            assertSame(history, worker.settle(stream, Past.PUBLISHED), true, "replay after a rebuild");
        }
        assertTrue(seen.size() > 25, "too few kinds of answers: " + seen);
    }

    /** As {@code contacts rebuild} does it: repeats after the others of their topic, confirmations last. */
    private void rebuild(List<Command> stream, Map<Command, Told> history) throws Exception {
        List<Command> order = new ArrayList<>();
        for (Origin origin : List.of(Origin.UPSTREAM, Origin.SENDERS)) {
            for (boolean repeats : List.of(false, true)) {
                stream.stream()
                        .filter(record ->
                                record.origin() == origin && history.get(record).isRepeat() == repeats)
                        .forEach(order::add);
            }
        }
        for (int from = 0, to; from < LENGTH; from = to) {
            to = Math.min(LENGTH, from + 1 + random.nextInt(60));
            assertEquals(
                    to - from,
                    worker.rebuild(order.subList(from, to), history, Room.POSTPONING)
                            .size());
        }
    }

    private void assertSame(Map<Command, Told> history, Map<Command, Told> again, boolean isReplay, String what) {
        boolean deletes =
                history.values().stream().anyMatch(told -> told.event().contains("messagecontact.deleted"));
        history.forEach((record, told) -> {
            String where = what + ", seed " + seed + ", " + record;
            Told now = again.get(record);
            assertTrue(now != null, () -> "no answer: " + where);
            if (isReplay) {
                assertEquals(List.of(told.event() + " replayed"), now.events(), where);
            } else if (deletes) {
                assertEquals(told.event(), now.event(), where);
                assertTrue(told.events().containsAll(now.events()), where);
            } else {
                assertEquals(told.events(), now.events(), where);
            }
        });
    }

    private static Map<Command, Told> part(Map<Command, Told> history, List<Command> batch) {
        return batch.stream().collect(Collectors.toMap(each -> each, history::get));
    }

    private void assertSchemas(Told told) {
        seen.merge(
                told.event()
                                .replaceAll("(?s).*type=messagecontact.(added|verif[a-z_-]*|deleted).*", "$1")
                                .replaceAll("(?s).*\"Code\":\"([^\"]*)\".*", "$1")
                        + " " + told.answer().kind(),
                1,
                Integer::sum);
        for (OutcomeEvent event : worker.events(told)) {
            if (event.kind() != EventKind.DEAD_LETTERS) {
                String type = new String(
                        event.record().headers().lastHeader("ce_type").value(), UTF_8);
                assertEquals(
                        List.of(),
                        PublishedSchemas.strictFaults(
                                PublishedSchemas.ofEvent(type),
                                JsonMapper.shared().readTree(event.record().value())),
                        () -> "seed " + seed + ": " + told);
            }
        }
    }

    private List<String> rows() {
        List<String> rows = StoredState.rowsWithoutDirectories(stage);
        assertTrue(rows.size() > LENGTH / 3);
        return rows;
    }
}

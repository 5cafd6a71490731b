package dev.messagecontact.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Origin;
import dev.messagecontact.registration.RandomCommands.Command;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.registration.UnsteadyWorker.Told;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Records of one directory stand on several partitions of both topics, which are read in no common order: as where keys are
 * wrong, or partitions were added. Whatever order they are read in when they are told again, or when the database is rebuilt,
 * what was decided is told in the same bytes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PartitionHistoriesIT {

    private static final int STREAMS = Integer.getInteger("histories.streams", 2);
    private static final int FIRST = Integer.getInteger("histories.first", 104);
    private static final int LENGTH = 200;
    private static final int PARTITIONS = 3;

    private TestStage stage;
    private UnsteadyWorker worker;
    private Random random;
    private int seed;
    private int postponed;

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
    void what_was_decided_is_told_again_whatever_order_partitions_are_read_in() throws Exception {
        for (seed = FIRST; seed < FIRST + STREAMS; seed++) {
            random = new Random(seed);
            worker = UnsteadyWorker.afresh(stage, random);
            List<Command> stream = new RandomCommands(random, PARTITIONS).stream(LENGTH);
            Map<Command, Told> history = new HashMap<>();
            Set<Command> saved = decide(stream, history);
            List<String> rows = rows();
            assertEquals(List.of(), StoredState.miscounted(stage), "seed " + seed);

            assertReplayed(history, stream, rows, "replay");
            StoredState.forget(stage);
            if (random.nextBoolean()) {
                List<Command> first = stream.subList(0, random.nextInt(LENGTH));
                rebuild(those(first, Origin.UPSTREAM, false, history), history, Room.POSTPONING); // and interrupted
            }
            rebuild(stream, history);
            assertReplayed(history, stream, rows, "rebuild");
            restoreBackup();
            rebuild(stream.stream().filter(record -> !saved.contains(record)).toList(), history);
            assertReplayed(history, stream, rows, "backup and rebuild");
        }
        assertTrue(postponed > 0, "nothing was postponed");
    }

    /** Returns what was decided when a backup was made. */
    private Set<Command> decide(List<Command> stream, Map<Command, Told> history) throws Exception {
        Set<Command> saved = Set.of();
        List<List<Command>> batches = batches(stream);
        int atBatch = random.nextInt(batches.size());
        for (List<Command> batch : batches) {
            Map<Command, Told> told = worker.settle(batch, Past.NONE);
            if (random.nextInt(3) == 0) {
                assertAnswered(told, worker.settle(batch, Past.SETTLED), "", "repeat");
            }
            history.putAll(told);
            if (batch == batches.get(atBatch)) {
                saved = Set.copyOf(history.keySet());
                eachTable("drop table if exists saved_%1$s; create table saved_%1$s as table %1$s");
            }
        }
        return saved;
    }

    private void restoreBackup() {
        StoredState.forget(stage);
        stage.database().execute("truncate refused_name");
        eachTable("insert into %1$s select * from saved_%1$s");
    }

    private void eachTable(String statements) {
        StoredState.TABLES.forEach(table -> stage.database().execute(statements.formatted(table)));
    }

    /** In the order of each partition and in no other: some are read fast and others slowly. */
    private List<List<Command>> batches(List<Command> stream) {
        Map<String, List<Command>> partitions = new LinkedHashMap<>();
        stream.forEach(record -> partitions
                .computeIfAbsent(record.origin() + " " + record.at().partition(), none -> new ArrayList<>())
                .add(record));
        Map<String, Integer> speeds = new HashMap<>();
        partitions.keySet().forEach(partition -> speeds.put(partition, 2 + random.nextInt(5) * random.nextInt(10)));
        List<List<Command>> batches = new ArrayList<>();
        while (!partitions.isEmpty()) {
            List<Command> batch = new ArrayList<>();
            partitions.forEach((partition, rest) -> {
                List<Command> taken = rest.subList(0, Math.min(rest.size(), random.nextInt(speeds.get(partition))));
                batch.addAll(taken);
                taken.clear();
            });
            partitions.values().removeIf(List::isEmpty);
            batches.add(batch);
        }
        return batches;
    }

    /** As {@code contacts rebuild} does it: repeats after the others of their topic, confirmations last. */
    private void rebuild(List<Command> stream, Map<Command, Told> history) throws Exception {
        for (Origin origin : List.of(Origin.UPSTREAM, Origin.SENDERS)) {
            List<Command> rest = those(stream, origin, false, history);
            for (int before = Integer.MAX_VALUE; !rest.isEmpty() && rest.size() < before; ) {
                before = rest.size();
                rest = rebuild(rest, history, Room.POSTPONING);
                postponed += rest.size();
            }
            rebuild(rest, history, Room.NONE);
            rebuild(those(stream, origin, true, history), history, Room.NONE);
        }
    }

    private static List<Command> those(
            List<Command> stream, Origin origin, boolean repeats, Map<Command, Told> history) {
        return stream.stream()
                .filter(record ->
                        record.origin() == origin && history.get(record).isRepeat() == repeats)
                .toList();
    }

    /** In batches; returns what is postponed. */
    private List<Command> rebuild(List<Command> records, Map<Command, Told> history, Room room) throws Exception {
        List<Command> rest = new ArrayList<>();
        for (int from = 0, to; from < records.size(); from = to) {
            to = Math.min(records.size(), from + 1 + random.nextInt(60));
            List<Command> batch = records.subList(from, to);
            Map<Command, Told> told = worker.rebuild(batch, history, room);
            for (Command record : batch) {
                if (told.containsKey(record)) {
                    assertEquals(
                            history.get(record).event() + " replayed",
                            told.get(record).event(),
                            "rebuild, seed " + seed);
                } else {
                    rest.add(record);
                }
            }
        }
        return rest;
    }

    /**
     * Of a request that came on several partitions the rows may name another one of its records, and the hash of rejected
     * content that a deletion has erased may be there: the answers are the same.
     */
    private List<String> rows() {
        return Stream.of(
                        "message_contact - 'deleted_at'",
                        "command_rejection - 'source_partition' - 'source_offset' - 'rejected_at' - 'fingerprint'",
                        "contact_action - 'source_partition' - 'source_offset' - 'decided_at'",
                        "field_refusal - ''",
                        "resent_verification - ''",
                        "early_confirmation - ''")
                .map(columns -> columns.split(" ", 2))
                .flatMap(table -> stage
                        .database()
                        .fetch("select (to_jsonb(t) " + table[1] + ")::text from " + table[0] + " t")
                        .into(String.class)
                        .stream()
                        .map(row -> table[0] + " " + row))
                .sorted()
                .toList();
    }

    private void assertReplayed(Map<Command, Told> history, List<Command> stream, List<String> rows, String what)
            throws Exception {
        StoredState.assertSame(rows, rows(), what + ", seed " + seed);
        assertEquals(List.of(), StoredState.miscounted(stage), what + ", seed " + seed);
        for (List<Command> batch : batches(stream)) {
            Map<Command, Told> expected = new HashMap<>();
            batch.forEach(record -> expected.put(record, history.get(record)));
            assertAnswered(expected, worker.settle(batch, Past.PUBLISHED), " replayed", what);
        }
        StoredState.assertSame(rows, rows(), "replay after " + what + ", seed " + seed);
    }

    private void assertAnswered(Map<Command, Told> history, Map<Command, Told> again, String mark, String what) {
        history.forEach((record, told) -> {
            String where = what + ", seed " + seed + ", " + record;
            assertEquals(told.event() + mark, again.get(record).event(), where);
            assertTrue(mark.isEmpty() || again.get(record).events().size() == 1, where);
        });
    }
}

package dev.messagecontact.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.Action;
import dev.messagecontact.command.RecordId;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.registration.Request.Past;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.DSLContext;
import org.jooq.ExecuteListener;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Commands of the same directories and requests come on several partitions, whose workers run at the same time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MisroutedIT {

    private static final int STREAMS = Integer.getInteger("misrouted.streams", 5);
    private static final int WORKERS = 3;
    private static final int LENGTH = 200;
    private static final int LIMIT = 4;
    private static final int PATIENCE = 4;

    private final AtomicInteger waited = new AtomicInteger();
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
    void workers_of_the_same_directories_neither_block_each_other_nor_miscount_and_history_holds() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
        try {
            for (int seed = 0; seed < STREAMS; seed++) {
                StoredState.forget(stage);
                List<Future<Map<Long, String>>> workers = new ArrayList<>();
                for (int partition = 0; partition < WORKERS; partition++) {
                    int own = partition;
                    long random = seed * 100L + partition;
                    workers.add(threads.submit(() -> new Worker(own, new Random(random)).run()));
                }
                List<Map<Long, String>> histories = new ArrayList<>();
                for (Future<Map<Long, String>> worker : workers) {
                    histories.add(worker.get());
                }
                assertCounts(seed);
                for (int partition = 0; partition < WORKERS; partition++) {
                    Worker same = new Worker(partition, new Random(seed * 100L + partition));
                    assertEquals(histories.get(partition), same.replay(), "seed " + seed + ", partition " + partition);
                }
                assertCounts(seed);
            }
            assertTrue(waited.get() > 0, "no worker has met another one's lock");
        } finally {
            threads.shutdownNow();
        }
    }

    /** One that is given its commands in batches, lets them wait, fails now and then and meets its batch again. */
    private final class Worker {

        private final Random random;
        private final List<Request> stream = new ArrayList<>();
        private final Map<Long, String> answers = new TreeMap<>();

        Worker(int partition, Random random) {
            this.random = random;
            for (int offset = 0; offset < LENGTH; offset++) {
                stream.add(command(partition, offset));
            }
        }

        private Request command(int partition, int offset) {
            String directoryId = "rd-" + random.nextInt(6);
            String requestId = "r-" + random.nextInt(25);
            String contactId = DerivedIds.contactId(directoryId, "r-" + random.nextInt(25));
            Request request = switch (random.nextInt(6)) {
                case 0, 1 -> Requests.about(offset, Action.DELETE, directoryId, requestId, contactId);
                case 2 -> Requests.about(offset, Action.SEND_EMAIL_VERIFICATION, directoryId, requestId, contactId);
                default -> Requests.adding(offset, directoryId, requestId, "tom" + (char) ('a' + random.nextInt(6)));
            };
            RecordId position = new RecordId(Requests.TOPIC, partition, offset);
            return new Request(request.envelope(), position, request.checked(), Past.NONE);
        }

        Map<Long, String> run() {
            Registrar registrar = new Registrar(failing(), LIMIT, 0, BatchListener.NONE);
            List<Request> waiting = new ArrayList<>();
            int tries = 0;
            for (int from = 0, to; from < LENGTH || !waiting.isEmpty(); from = to) {
                to = Math.min(LENGTH, from + random.nextInt(20));
                tries = waiting.isEmpty() ? 0 : tries + 1;
                List<Request> batch = new ArrayList<>();
                for (Request request : waiting) {
                    batch.add(tries > PATIENCE ? request.withoutWaiting() : request);
                }
                batch.addAll(stream.subList(from, to));
                Decision decision = settle(registrar, batch);
                note(decision);
                waiting = decision.deferred();
                waited.addAndGet(waiting.size());
            }
            return answers;
        }

        private Decision settle(Registrar registrar, List<Request> batch) {
            while (true) {
                try {
                    Decision decision = Requests.settle(registrar, batch);
                    if (random.nextInt(5) == 0) {
                        List<Request> decided = new ArrayList<>(batch);
                        decided.removeAll(decision.deferred());
                        Decision again = Requests.settle(registrar, Requests.settled(decided));
                        assertEquals(inWords(decision), inWords(again));
                    }
                    return decision;
                } catch (DataAccessException e) {
                    assertTrue(String.valueOf(e.getMessage()).contains("rolled back by the test"), e.getMessage());
                }
            }
        }

        private void note(Decision decision) {
            for (Answer answer : decision.answers()) {
                String before = answers.put(answer.envelope().record().offset(), inWords(answer));
                assertEquals(null, before);
            }
        }

        Map<Long, String> replay() {
            List<Request> again = stream.stream()
                    .map(each -> new Request(each.envelope(), each.position(), each.checked(), Past.PUBLISHED))
                    .toList();
            note(Requests.settle(new Registrar(stage.database(), LIMIT, 0, BatchListener.NONE), again));
            return answers;
        }

        /** Every tenth transaction or so comes to nothing, after it has written. */
        private DSLContext failing() {
            ExecuteListener listener = ExecuteListener.onExecuteEnd(context -> {
                if (String.valueOf(context.sql()).contains("insert into \"contact_action\"")
                        && random.nextInt(10) == 0) {
                    throw new DataAccessException("rolled back by the test", new SQLException("", "40001"));
                }
            });
            return DSL.using(stage.database().configuration().derive(new DefaultExecuteListenerProvider(listener)));
        }
    }

    private static List<String> inWords(Decision decision) {
        return decision.answers().stream().map(MisroutedIT::inWords).toList();
    }

    private static String inWords(Answer answer) {
        return LifeIT.inWords(answer);
    }

    private void assertCounts(int seed) {
        assertEquals(List.of(), StoredState.miscounted(stage), "seed " + seed);
        assertEquals(
                List.of(),
                stage.database()
                        .fetch("select directory_id from resource_directory where contact_count > " + LIMIT)
                        .into(String.class),
                "seed " + seed);
    }
}

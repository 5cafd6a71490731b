package dev.messagecontact.ops.http;

import dev.messagecontact.directory.RequestLookup;
import dev.messagecontact.directory.RequestLookup.Stored;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Looks requests up, one at a time, and answers within two seconds whatever the database does. Any thread may call it.
 */
final class LookupDesk implements AutoCloseable {

    private static final Duration QUERY_LIMIT = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(2);
    /** No id is longer. */
    private static final int LONGEST_ID = 256;

    private final RequestLookup lookup;
    /** No queue: a look-up that hangs holds this one thread and one connection, and the next is turned away. */
    private final ExecutorService thread;

    LookupDesk(DSLContext database) {
        this.lookup = new RequestLookup(database, QUERY_LIMIT);
        this.thread = new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread worker = new Thread(work, "console-lookup");
            worker.setDaemon(true);
            return worker;
        });
    }

    /** @param directoryId null or blank to look in all directories, which a large database does not do in time */
    Answer find(@Nullable String requestId, @Nullable String directoryId) {
        String request = requestId == null ? "" : requestId.strip();
        String directory = directoryId == null ? "" : directoryId.strip();
        if (request.isEmpty() || request.length() > LONGEST_ID || directory.length() > LONGEST_ID) {
            return Answer.failed(400, "requestId is missing, or an id is longer than " + LONGEST_ID);
        }
        try {
            Future<Answer> answer = thread.submit(() -> look(request, directory));
            return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return Answer.failed(503, "another look-up is under way; try again in a moment");
        } catch (TimeoutException | ExecutionException e) {
            return Answer.failed(
                    503,
                    directory.isEmpty()
                            ? "the database did not find it in time; name the directory too"
                            : "the database does not answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.failed(503, "the worker is stopping");
        }
    }

    private Answer look(String request, String directory) {
        return directory.isEmpty()
                ? new Answer(200, null, lookup.contacts(request), List.of())
                : new Answer(200, null, lookup.contacts(request, directory), lookup.rejections(request, directory));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /**
     * What was found.
     *
     * @param status of HTTP
     * @param problem why nothing was looked up, or null
     */
    record Answer(int status, @Nullable String problem, List<Stored> contacts, List<Stored> rejections) {

        static Answer failed(int status, String problem) {
            return new Answer(status, problem, List.of(), List.of());
        }
    }
}

package dev.messagecontact.ops.http;

import dev.messagecontact.command.Identifiers;
import dev.messagecontact.command.RecordPosition;
import dev.messagecontact.directory.RequestLookup;
import dev.messagecontact.directory.RequestLookup.Refused;
import dev.messagecontact.directory.RequestLookup.Stored;
import dev.messagecontact.ops.WorkerState.Rejection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Looks requests up, one at a time, and answers within two seconds, also if the database does not. Any thread may call it.
 */
final class LookupDesk implements AutoCloseable {

    private static final Duration QUERY_LIMIT = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final RequestLookup lookup;
    private final Supplier<List<Rejection>> recentRejections;
    private final ExecutorService thread;

    /** A look-up that hangs holds the one thread and one connection, and the next is turned away. */
    private final Semaphore free = new Semaphore(1);

    /** @param recentRejections what the page lists, which a look-up finds too, even without a database */
    LookupDesk(DSLContext database, Supplier<List<Rejection>> recentRejections) {
        this.lookup = new RequestLookup(database, QUERY_LIMIT);
        this.recentRejections = recentRejections;
        this.thread = new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread worker = new Thread(work, "console-lookup");
            worker.setDaemon(true);
            return worker;
        });
    }

    /**
     * Looks up by a request id, by a command's position, or by both. A null or blank text is one that is not given.
     *
     * @param directoryId without it all directories are searched, which a large database does not do in time
     * @param position as {@code partition:offset}
     */
    Answer find(@Nullable String requestId, @Nullable String directoryId, @Nullable String position) {
        String at = stripped(position);
        Question question = new Question(
                stripped(requestId),
                stripped(directoryId),
                RecordPosition.parse(at).orElse(null));
        if (question.position == null && !at.isEmpty()) {
            return Answer.failed(400, "a position is partition:offset, for example 3:1207");
        }
        return question.isIncomplete()
                ? Answer.failed(
                        400, "requestId and position are missing, or an id is longer than " + Identifiers.MAX_LENGTH)
                : find(question);
    }

    private Answer find(Question question) {
        List<Rejection> recent =
                recentRejections.get().stream().filter(question::isAbout).toList();
        if (!free.tryAcquire()) {
            return Answer.failed(503, "another look-up is under way; try again in a moment")
                    .with(recent);
        }
        try {
            Future<Answer> answer = thread.submit(() -> {
                try {
                    return look(question);
                } finally {
                    free.release();
                }
            });
            return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS).with(recent);
        } catch (TimeoutException | ExecutionException e) {
            return Answer.failed(
                            503,
                            question.namesNoDirectory()
                                    ? "the database did not find it in time; name the directory too"
                                    : "the database does not answer")
                    .with(recent);
        } catch (RejectedExecutionException e) {
            return Answer.failed(503, "the worker is stopping");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.failed(503, "the worker is stopping");
        }
    }

    private Answer look(Question question) {
        String request = question.requestId;
        String directory = question.directoryId;
        List<Stored> contacts = List.of();
        List<Stored> rejections = List.of();
        if (question.namesNoDirectory()) {
            contacts = lookup.contacts(request);
        } else if (!request.isEmpty()) {
            contacts = lookup.contacts(request, directory);
            rejections = lookup.rejections(request, directory);
        }
        RecordPosition position = question.position;
        List<Refused> refusals = position == null ? List.of() : lookup.refusals(position);
        return new Answer(200, null, contacts, rejections, refusals, List.of());
    }

    private static String stripped(@Nullable String text) {
        return text == null ? "" : text.strip();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** What is asked; an empty text is one that is not given. */
    private record Question(
            String requestId, String directoryId, @Nullable RecordPosition position) {

        boolean isIncomplete() {
            return (requestId.isEmpty() && position == null)
                    || requestId.length() > Identifiers.MAX_LENGTH
                    || directoryId.length() > Identifiers.MAX_LENGTH;
        }

        boolean namesNoDirectory() {
            return !requestId.isEmpty() && directoryId.isEmpty();
        }

        boolean isAbout(Rejection rejection) {
            boolean isThere =
                    position != null && position.equals(new RecordPosition(rejection.partition(), rejection.offset()));
            return isThere
                    || (requestId.equals(rejection.requestId())
                            && (directoryId.isEmpty() || directoryId.equals(rejection.directoryId())));
        }
    }

    /**
     * What was found.
     *
     * @param status of HTTP
     * @param problem why the database was not asked or did not answer, or null
     * @param rejections that depended on what was stored then
     * @param refusals those stored by position only
     * @param recent of the latest rejections, as the page lists them
     */
    record Answer(
            int status,
            @Nullable String problem,
            List<Stored> contacts,
            List<Stored> rejections,
            List<Refused> refusals,
            List<Rejection> recent) {

        static Answer failed(int status, String problem) {
            return new Answer(status, problem, List.of(), List.of(), List.of(), List.of());
        }

        Answer with(List<Rejection> recent) {
            return new Answer(status, problem, contacts, rejections, refusals, recent);
        }
    }
}

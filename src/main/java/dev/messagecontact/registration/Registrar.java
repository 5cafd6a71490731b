package dev.messagecontact.registration;

import dev.messagecontact.directory.Directories;
import dev.messagecontact.directory.PartitionProgress;
import dev.messagecontact.directory.Snapshot;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.validation.Contact;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/** Settles batches in the database. Any thread may call it; each call takes a connection of its own. */
public final class Registrar {

    private final DSLContext database;
    private final int contactLimit;

    /** @param contactLimit how many contacts a directory without a limit of its own may have */
    public Registrar(DSLContext database, int contactLimit) {
        this.database = database;
        this.contactLimit = contactLimit;
    }

    /**
     * Settles requests in their order, in one transaction. A request settled before keeps its outcome.
     *
     * @param published what is known by now to be published of the topic, by partition; stored along
     * @return an answer per request, in the same order; durable when this returns
     * @throws org.jooq.exception.DataAccessException if the database did not take it; nothing, or (if the connection
     *     broke at the commit) all of it is stored then
     */
    public List<Answer> settle(List<Request> requests, UUID topicId, Map<Integer, Long> published) {
        List<Contact> contacts =
                requests.stream().flatMap(Registrar::acceptable).toList();
        if (contacts.isEmpty() && published.isEmpty()) {
            return Decision.about(requests, Snapshot.EMPTY, contactLimit).answers();
        }
        return database.transactionResult(tx -> {
            PartitionProgress.raise(tx.dsl(), topicId, published);
            Directories directories = new Directories(tx.dsl());
            Snapshot known = directories.lockAndLoad(contacts); // know
            Decision decision = Decision.about(requests, known, contactLimit); // decide
            directories.write(decision.contacts(), decision.rejections()); // do
            return decision.answers();
        });
    }

    private static Stream<Contact> acceptable(Request request) {
        return request.checked().match(acceptable -> Stream.of(acceptable.contact()), refused -> Stream.empty());
    }
}

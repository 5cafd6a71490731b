package dev.messagecontact.recovery.rebuild;

import dev.messagecontact.fault.OperatorException;
import dev.messagecontact.kafka.TopicReader;
import dev.messagecontact.recovery.Progress;
import dev.messagecontact.recovery.Progress.Step;
import dev.messagecontact.recovery.PublishedAnswers;
import dev.messagecontact.recovery.Tally;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.settings.WorkerSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jooq.DSLContext;

/**
 * Brings a database that lost what it knew, all of it or since a backup, back to where the group stands: it re-decides the
 * commands that the group has committed but the database has no receipt for, in the order of the topic, and publishes
 * nothing. The rows are those that were there before; {@link dev.messagecontact.recovery.replay.Replay} can publish the
 * answers again afterwards.
 *
 * <p>What was published goes before the rules, as far as the topics of results and errors reach: settings may have changed,
 * a directory may have been locked, a command may have failed because of a bug. A command that was answered as a repeat comes
 * after the others of its topic, because the one that it repeats may be on another partition; so does one that needs what was
 * done on another partition and is not done yet. Not thread-safe.
 */
public final class Rebuild {

    /** How many connections to the database it has at a time. */
    public static final int CONNECTIONS = 2;

    private final WorkerSettings settings;
    private final DSLContext database;
    private final Progress progress;
    private final TopicNames topics;

    /** @param settings of the workers that answered */
    public Rebuild(WorkerSettings settings, DSLContext database, Progress progress) {
        this.settings = settings;
        this.database = database;
        this.progress = progress;
        this.topics = settings.topics().names();
    }

    /**
     * Finds out what the database lacks.
     *
     * @throws OperatorException if workers are running, or the group has committed nothing
     */
    public Missing missing() {
        return new MissingLookup(settings, database).find();
    }

    /**
     * Settles what is missing. Killed and begun again, it goes on from the last batch that the database took; where there are
     * repeats, from the first of those that are not settled.
     *
     * @param acceptGap whether to go on without the commands that the topic no longer has, or that cannot be read
     * @throws OperatorException if there are such commands and the gap is not accepted, it says which and what is lost then; or
     *     if another rebuild is at work, workers are running, something else is missing by now, or a directory stays locked for a
     *     minute
     */
    public Tally run(Missing missing, boolean acceptGap) {
        if (!acceptGap) {
            missing.requireNothingGone();
        }
        return Turn.during(database, turn -> run(missing, acceptGap, turn));
    }

    /**
     * Reads what {@link #run} would read, and changes nothing.
     *
     * @throws OperatorException as that would at its beginning, and where a record cannot be read
     */
    public void look(Missing missing, boolean acceptGap) {
        if (!acceptGap) {
            missing.requireNothingGone();
        }
        Turn.during(database, turn -> true); // and another one may begin while this reads
        TopicReader events = reader(acceptGap);
        PublishedAnswers.of(settings, missing.commands(), events);
        Map<TopicPartition, Long> reached = new HashMap<>();
        for (String topic : topics.taken()) {
            events.readInBatches(missing.partsOf(topic), (records, positions) -> {
                reached.putAll(positions);
                progress.at(Step.COMMANDS, missing.sizeBefore(reached), missing.size());
            });
        }
    }

    private TopicReader reader(boolean acceptGap) {
        TopicReader reader = new TopicReader(settings.kafka());
        return acceptGap ? reader.steppingOver() : reader;
    }

    private Tally run(Missing missing, boolean acceptGap, Turn turn) {
        requireAsBefore(missing);
        Tally tally = new Tally();
        TopicReader events = reader(acceptGap);
        PublishedAnswers published = PublishedAnswers.of(settings, missing.commands(), events);
        RebuiltBatches batches = new RebuiltBatches(settings, database, missing, published, tally, turn);
        Map<TopicPartition, Long> reached = new HashMap<>();
        // A directory's older commands may be on another partition than its newer ones.
        TopicReader reader = events.orderedByTime();
        for (String topic : topics.taken()) { // confirmations last: what they confirm is there then
            reader.readInBatches(missing.partsOf(topic), (records, positions) -> {
                batches.settle(records, positions);
                reached.putAll(positions);
                progress.at(Step.COMMANDS, missing.sizeBefore(reached), missing.size());
            });
            batches.settlePostponed(topic, reader);
            batches.settleRepeats(topic, reader);
            batches.appendReceiptsOfLater(topic);
        }
        batches.appendReceiptsOfGone();
        return tally;
    }

    /** Since it was looked at a person may have been asked, and workers or another rebuild may have been at it. */
    private void requireAsBefore(Missing before) {
        if (!missing().equals(before)) {
            throw new OperatorException("something else is missing by now, and nothing was done: run this again");
        }
    }
}

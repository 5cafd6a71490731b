package dev.messagecontact.intake;

import dev.messagecontact.command.RecordId;
import dev.messagecontact.fault.DatabaseFault;
import dev.messagecontact.fault.Fault;
import dev.messagecontact.intake.partition.PartitionFaultException;
import dev.messagecontact.intake.partition.PartitionReceipts;
import dev.messagecontact.intake.partition.Partitions;
import dev.messagecontact.receipts.CommittedOffset;
import dev.messagecontact.receipts.Receipt;
import dev.messagecontact.registration.BatchReceipts;
import dev.messagecontact.registration.Decision;
import dev.messagecontact.registration.NoRoomException;
import dev.messagecontact.registration.Registrar;
import dev.messagecontact.registration.Request;
import dev.messagecontact.registration.Stage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * Settles batches in the database. While more commands meet a locked directory than can wait, it tries again; where one command
 * fails alone, it says which. Only the lane's thread may call it.
 */
final class BatchSettler {

    private static final Duration LOOK_AT_LOCKS = Duration.ofMillis(10);

    private final Registrar registrar;
    private final Partitions partitions;
    private final PartitionReceipts receipts;
    private final Deferred deferred;
    private final Recovery recovery;
    private final DependencyProbe probe;
    private final LaneListener listener;
    private @Nullable RecordId failedAlone;

    BatchSettler(
            Registrar registrar,
            Assignment assignment,
            Deferred deferred,
            Recovery recovery,
            DependencyProbe probe,
            LaneListener listener) {
        this.registrar = registrar;
        this.partitions = assignment.partitions();
        this.receipts = assignment.receipts();
        this.deferred = deferred;
        this.recovery = recovery;
        this.probe = probe;
        this.listener = listener;
    }

    /**
     * What was decided: committed in the database when it returns, with the receipts for what will be committed in Kafka.
     *
     * @param positions up to which partitions were read
     * @throws PartitionFaultException if one command fails alone
     * @throws DataAccessException if the whole batch fails
     */
    Decision settle(List<Request> requests, Map<TopicPartition, Long> positions) {
        if (requests.isEmpty() && partitions.toCommit(positions, List.of()).isEmpty()) {
            return Decision.NONE;
        }
        listener.begins(Stage.PERSIST);
        Decision decision = settle(requests, receiptsUpTo(positions));
        listener.ends(Stage.PERSIST);
        deferred.replace(decision.deferred());
        listener.deferred(deferred.requests());
        partitions.requireNoSuspect(decision.deferred());
        return decision;
    }

    private BatchReceipts receiptsUpTo(Map<TopicPartition, Long> positions) {
        return new BatchReceipts() {
            @Override
            public Collection<Receipt> of(List<Request> open, List<Request> rest) {
                return open.size() > CommittedOffset.MOST_OPEN // to be committed as it stands
                        ? List.of()
                        : receipts.of(partitions.toCommit(Partitions.before(rest, positions), deferred.with(open)));
            }

            @Override
            public void stored(Collection<Receipt> stored) {
                receipts.settled(stored);
            }
        };
    }

    private Decision settle(List<Request> requests, BatchReceipts next) {
        try {
            return settleWithRoom(requests, next);
        } catch (DataAccessException e) {
            if (requests.size() == 1 && isOfCommand(requests.get(0), e)) {
                throw faultOf(requests.get(0), e);
            }
            throw e;
        }
    }

    /** Where few commands come, a database that stalls fails them one by one: it takes a second failure to blame one. */
    private boolean isOfCommand(Request request, DataAccessException failure) {
        if (!DatabaseFault.mayBeOfOneCommand(failure)) {
            return false;
        }
        boolean isSecond = request.position().equals(failedAlone) || recovery.failures() > 0;
        failedAlone = request.position();
        return partitions.isSuspect(request) || (isSecond && probe.explained(failure) == failure);
    }

    /** Again and again while there is too little room for those that must wait, and the locks are young. */
    private Decision settleWithRoom(List<Request> requests, BatchReceipts next) {
        while (true) {
            try {
                return registrar.settle(requests, deferred.room(), next);
            } catch (NoRoomException e) {
                deferred.foundNoRoom();
                LockSupport.parkNanos(LOOK_AT_LOCKS.toNanos());
            }
        }
    }

    /** A command that fails alone, and not by its data, is tried again; only its partition waits. */
    private static PartitionFaultException faultOf(Request request, DataAccessException cause) {
        return new PartitionFaultException(
                request.topicPartition(),
                request.position().offset(),
                "the command at offset %d could not be stored: %s"
                        .formatted(request.position().offset(), Fault.describe(cause)),
                cause);
    }
}

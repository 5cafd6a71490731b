package dev.messagecontact.intake;

/**
 * A topic was deleted, and perhaps made anew, while a batch of it was in hand: it is not known which topic the batch was fetched
 * from.
 */
final class TopicRecreatedException extends RuntimeException {

    TopicRecreatedException(String topic) {
        super("topic %s was deleted or recreated while one of its batches was processed; the batch is read again"
                .formatted(topic));
    }
}

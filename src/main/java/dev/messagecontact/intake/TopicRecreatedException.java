package dev.messagecontact.intake;

/** A topic was made anew while a batch of it was in hand: nobody can tell which of the two the batch was fetched from. */
final class TopicRecreatedException extends RuntimeException {

    TopicRecreatedException(String topic) {
        super("topic %s was recreated while one of its batches was processed; the batch is read again"
                .formatted(topic));
    }
}

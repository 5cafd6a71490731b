package dev.messagecontact.intake;

/** The command topic was made anew while a batch was in hand: nobody can tell which of the two it was fetched from. */
final class TopicRecreatedException extends RuntimeException {

    TopicRecreatedException() {
        super("the command topic was recreated while one of its batches was processed; the batch is read again");
    }
}

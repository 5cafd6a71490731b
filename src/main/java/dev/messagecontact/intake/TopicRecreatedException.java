package dev.messagecontact.intake;

/** The command topic was made anew while a batch was in hand: nobody can tell which of the two it was fetched from. */
final class TopicRecreatedException extends RuntimeException {

    TopicRecreatedException() {
        super("the command topic was made anew while a batch of it was in hand; the batch is fetched again");
    }
}

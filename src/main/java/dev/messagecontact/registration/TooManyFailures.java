package dev.messagecontact.registration;

/** So many commands failed in a row that it must be our own fault, or the schema's: somebody has to look. */
public final class TooManyFailures extends RuntimeException {

    TooManyFailures(int inARow) {
        super(inARow + " commands in a row could not be processed; none of them is given up, but a person must look");
    }
}
